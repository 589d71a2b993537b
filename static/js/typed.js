// What an editor types is not lost when the session ends before it is sent: each form's text waits in this tab, of this person,
// until it has arrived. It has when it was sent and the page that came next is one for her: neither that of logging in nor one that
// says what went wrong, where this script runs too, nor the same page again because she went back.

const SENT = "typed-sent";
const { person, restored } = document.querySelector("script[data-typed]").dataset;
const wentBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";

// By where it is sent: a page that shows a refused form again has another address.
const keyOf = (form) => `typed:${person}:${form.getAttribute("action") ?? location.pathname}`;
const texts = (form) => [...form.querySelectorAll("textarea[name], input[type=text][name]")];

function keep(form) {
    const typed = texts(form).filter((field) => field.value !== field.defaultValue);
    sessionStorage.setItem(keyOf(form), JSON.stringify(Object.fromEntries(typed.map((field) => [field.name, field.value]))));
}

function putBack(form) {
    const kept = JSON.parse(sessionStorage.getItem(keyOf(form)) ?? "{}");
    const lost = texts(form).filter(({ name, value, defaultValue }) => kept[name] && value === defaultValue && kept[name] !== value);
    for (const field of lost) {
        field.value = kept[field.name];
        field.closest("details")?.setAttribute("open", "");
    }
    if (!lost.length) return;
    const told = document.createElement("p");
    told.className = "notice notice-info";
    told.setAttribute("role", "status");
    told.textContent = restored;
    form.prepend(told);
}

if (person) {
    if (!wentBack) sessionStorage.removeItem(sessionStorage.getItem(SENT) ?? "");
    document.querySelectorAll("form.case-form").forEach(putBack);
    document.addEventListener("input", (event) => {
        const form = event.target.closest("form.case-form");
        if (form) keep(form);
    });
    document.addEventListener("submit", ({ target }) => target.matches("form.case-form") && sessionStorage.setItem(SENT, keyOf(target)));
}
sessionStorage.removeItem(SENT);
