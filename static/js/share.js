// The button that hands the page to another app of the device. Without this script, or without such a way, it stays hidden.
for (const button of document.querySelectorAll("[data-share]")) {
    button.hidden = !navigator.share;
    button.addEventListener("click", async () => {
        try {
            await navigator.share({ title: button.dataset.title, url: button.dataset.share });
        } catch (error) {
            // Whoever changes her mind has done nothing wrong.
            if (error.name !== "AbortError") throw error;
        }
    });
}
