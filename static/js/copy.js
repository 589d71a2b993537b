// Buttons that copy the text of a field. Without this script the text is selected and copied by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    const said = button.parentElement.querySelector("[role=status]");
    button.hidden = false;
    button.addEventListener("click", async () => {
        try {
            await navigator.clipboard.writeText(field.value);
            said.textContent = button.dataset.done;
        } catch {
            // No clipboard outside HTTPS, or it was refused.
            field.select();
            said.textContent = button.dataset.failed;
        }
    });
}
