// Rows (partners, funding lines, milestones, files…) added and taken away at once; without script the page does both on saving.

export function manageRows(form, changed, added) {
    for (const set of form.querySelectorAll("[data-rows]")) {
        const total = set.querySelector(`[name="${set.dataset.rows}-TOTAL_FORMS"]`);
        const add = set.querySelector("[data-add-row]");
        const blank = set.querySelector("template");
        set.querySelector("[data-no-script]").hidden = true;
        add.hidden = false;
        add.addEventListener("click", () => {
            const holder = document.createElement("div");
            holder.innerHTML = blank.innerHTML.replaceAll("__prefix__", total.value);
            const row = holder.firstElementChild;
            total.value = Number(total.value) + 1;
            add.before(row);
            prepareRow(row, changed);
            added(row);
            row.querySelector("input:not([hidden]), select, textarea").focus();
            changed();
        });
        set.querySelectorAll("[data-row]").forEach((row) => prepareRow(row, changed));
    }
}

// Undone until the section is saved: the row stays, greyed, with the button that brings it back.
export function prepareRow(row, changed) {
    const button = row.querySelector("[data-remove-row]");
    const removed = row.querySelector('[name$="-DELETE"]');
    if (!button || !removed) return;
    row.querySelector("[data-delete]").hidden = true;
    row.querySelector("[data-remove]").hidden = false;
    const said = row.querySelector("[data-removed]");
    const show = () => {
        row.classList.toggle("row-removed", removed.checked);
        button.textContent = removed.checked ? button.dataset.undo : button.dataset.remove;
        if (said) said.hidden = !removed.checked;
    };
    button.addEventListener("click", () => {
        removed.checked = !removed.checked;
        show();
        changed();
    });
    // A page that is shown again, or a text that comes back from this browser, may have it ticked.
    removed.addEventListener("input", show);
    show();
}
