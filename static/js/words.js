// Live word counters: runs of characters that are not white space, as the server's count_words has them.
// Python's str.split() also parts at U+001C–U+001F and U+0085; JavaScript's \s adds U+FEFF, which Python keeps.
const GAP = /[\s\u001c-\u001f\u0085]+/u;

export function countWords(text) {
    return text.replaceAll("\ufeff", "x").split(GAP).filter(Boolean).length;
}

export function keepCounting(form) {
    for (const counter of form.querySelectorAll("[data-limit]")) {
        const control = document.getElementById(counter.dataset.counts);
        const show = () => {
            const words = countWords(control.value);
            counter.querySelector("[data-words]").textContent = words;
            counter.classList.toggle("error", words > Number(counter.dataset.limit));
        };
        control.addEventListener("input", show);
        show();
    }
}
