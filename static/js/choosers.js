// Combo boxes fed by the server, with the keyboard and screen reader behaviour of accessible-autocomplete: a municipality that
// is chosen becomes one more box, a practice of origin leaves its code in the field. Without script the plain fields stay.
import { __moduleExports as autocomplete } from "../bi/plugins/vendor/accessible-autocomplete.js";

const WAIT = 200; // milliseconds of quiet before the server is asked
const words = document.getElementById("chooser-words").dataset;

function plain(text) {
    const holder = document.createElement("span");
    holder.textContent = text;
    return holder.innerHTML; // names are words, not HTML
}

// What the server knows for a text; an older question that is answered late says nothing.
function source(address) {
    let timer = null;
    let asked = 0;
    return (text, show) => {
        clearTimeout(timer);
        const mine = ++asked;
        timer = setTimeout(async () => {
            let results = [];
            try {
                const answer = await fetch(`${address}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
                if (answer.ok && !answer.redirected) results = (await answer.json()).results;
            } catch {
                // Without network the name can still be written.
            }
            if (mine === asked) show(results);
        }, WAIT);
    };
}

function comboBox(input, address, options) {
    const holder = document.createElement("div");
    input.before(holder);
    autocomplete({
        element: holder,
        id: `${input.id}-choice`,
        name: "",
        minLength: 2,
        confirmOnBlur: false,
        source: source(address),
        templates: { inputValue: (found) => found?.label ?? "", suggestion: (found) => plain(found?.label ?? String(found)) },
        tNoResults: () => words.none,
        tStatusNoResults: () => words.none,
        tStatusQueryTooShort: (least) => words.short.replace("#", least),
        tStatusSelectedOption: (text, total, index) => `${text}: ${index + 1}/${total}`,
        tStatusResults: (total) => words.found.replace("#", total),
        tAssistiveHint: () => words.hint,
        ...options,
    });
    const control = holder.querySelector("input");
    const label = document.querySelector(`label[for="${input.id}"]`);
    if (label) label.htmlFor = control.id;
    return control;
}

function choosePlaces(form, set, changed) {
    const input = set.querySelector("input");
    const name = input.name.replace(/-more$/, "");
    const list = set.previousElementSibling;
    const has = (code) => form.querySelector(`input[name="${name}"][value="${CSS.escape(code)}"]`);
    const add = ({ value, label }) => {
        const box = has(value) ?? newBox(list, name, value, label);
        box.checked = true;
        return box;
    };
    input.hidden = true;
    set.querySelector("[data-no-script]").hidden = true;
    const control = comboBox(input, set.dataset.source, {
        onConfirm(found) {
            if (!found) return;
            add(found);
            changed();
            // The combo box writes the name into its line after this: empty it for the next.
            setTimeout(() => {
                control.value = "";
                control.dispatchEvent(new Event("input", { bubbles: false }));
                control.focus();
            });
        },
    });
    // What is written and never chosen goes with the form as it is: the server looks the name up.
    control.addEventListener("input", () => (input.value = control.value));
    form.addEventListener("restoring", async ({ detail: entries }) => {
        const codes = entries.filter(([entry, code]) => entry === name && !has(code)).map(([, code]) => code);
        if (!codes.length) return;
        const answer = await fetch(`${set.dataset.source}?${codes.map((code) => `codice=${encodeURIComponent(code)}`).join("&")}`);
        for (const found of (await answer.json()).results) add(found);
        changed();
    });
}

function newBox(list, name, value, text) {
    const row = document.createElement("div");
    const label = document.createElement("label");
    const box = Object.assign(document.createElement("input"), { type: "checkbox", name, value, id: `id_${name}_${value}` });
    label.htmlFor = box.id;
    label.append(box, ` ${text}`);
    row.append(label);
    list.prepend(row);
    return box;
}

function chooseOrigin(input, changed) {
    const control = comboBox(input, input.dataset.source, {
        defaultValue: input.value,
        onConfirm(found) {
            if (!found) return;
            input.value = found.value;
            changed();
        },
    });
    input.hidden = true;
    control.addEventListener("input", () => (input.value = control.value.trim()));
    input.addEventListener("input", () => (control.value = input.value));
}

// The choice is a page of its own.
export function followChoice(input) {
    const control = comboBox(input, input.dataset.source, {
        defaultValue: input.value,
        onConfirm(found) {
            if (found) location.assign(found.value);
        },
    });
    input.hidden = true;
    control.addEventListener("input", () => (input.value = control.value));
}

export function offerChoices(root, form, changed) {
    for (const set of root.querySelectorAll("[data-chooser=places]")) choosePlaces(form, set, changed);
    for (const input of root.querySelectorAll("input[data-chooser=origins]")) chooseOrigin(input, changed);
}
