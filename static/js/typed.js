// What an editor types is not lost when the session ends before it is sent: it waits in this tab, of this person, until it has
// arrived. It has when it was sent and the page that came next was not that of logging in, where this script runs too.

const SENT = "typed-sent";
const { person, restored } = document.querySelector("script[data-typed]").dataset;
const key = `typed:${person}:${location.pathname}`;

const texts = () => [...document.querySelectorAll("form.case-form")].flatMap((form, number) =>
    [...form.querySelectorAll("textarea[name], input[type=text][name]")].map((field) => [`${number} ${field.name}`, field]),
);

function keep() {
    const typed = texts().filter(([, field]) => field.value !== field.defaultValue);
    sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(typed.map(([name, field]) => [name, field.value]))));
}

function putBack() {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? "{}");
    const lost = texts().filter(([name, field]) => kept[name] && field.value === field.defaultValue && kept[name] !== field.value);
    for (const [name, field] of lost) {
        field.value = kept[name];
        field.closest("details")?.setAttribute("open", "");
    }
    if (!lost.length) return;
    const told = document.createElement("p");
    told.className = "notice notice-info";
    told.setAttribute("role", "status");
    told.textContent = restored;
    lost[0][1].closest("form").prepend(told);
}

if (person) {
    sessionStorage.removeItem(sessionStorage.getItem(SENT) ?? "");
    putBack();
    document.addEventListener("input", (event) => event.target.closest("form.case-form") && keep());
    document.addEventListener("submit", (event) => event.target.matches("form.case-form") && sessionStorage.setItem(SENT, key));
}
sessionStorage.removeItem(SENT);
