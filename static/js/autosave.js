// Saves the section a few seconds after typing and on leaving the page. What the server has not acknowledged is kept in
// this browser, survives a lost network and a lost session, and is put back when the page is opened again.

const QUIET = 2500; // milliseconds without typing before saving
const RETRY = 10000; // milliseconds before trying again after a failure
const PATIENCE = 15000; // milliseconds until a save that is not answered counts as failed
const WAIT = 3000; // milliseconds that a button waits for one that is under way
const KEEP = 14 * 24 * 3600 * 1000; // milliseconds after which an unsaved copy is forgotten

export class Autosave {
    constructor(form) {
        this.form = form;
        this.state = document.getElementById("save-state");
        this.words = this.state.dataset;
        // Whoever logs in next in this browser does not find the text of somebody else.
        this.key = `sezione:${form.dataset.person}:${location.pathname}`;
        this.timer = null;
        this.running = null; // the promise of the save that is under way
        this.dirty = false;
        this.before = async () => true; // what the buttons wait for; false keeps the page
    }

    start() {
        this.restore();
        this.form.addEventListener("input", () => this.changed());
        this.form.addEventListener("change", () => this.changed());
        this.form.addEventListener("submit", (event) => this.submit(event));
        addEventListener("online", () => this.dirty && this.save());
        addEventListener("pagehide", () => this.dirty && this.save(true));
        document.addEventListener("visibilitychange", () => document.hidden && this.dirty && this.save(true));
        // On a slow machine somebody may have typed before this script was there.
        if ([...this.form.elements].some(differs)) this.changed();
    }

    // The buttons: save once more by ourselves, so that the copy in this browser goes exactly when the server has the text;
    // then the form is sent as it always is, for the next page or for the reasons beside the fields.
    async submit(event) {
        event.preventDefault();
        if (!(await this.before())) return;
        clearTimeout(this.timer);
        if (event.submitter?.name) {
            const pressed = document.createElement("input");
            Object.assign(pressed, { type: "hidden", name: event.submitter.name, value: event.submitter.value });
            this.form.append(pressed);
        }
        this.keep();
        // One that is under way brings the section's new number: wait for it, then save what came after.
        const waited = new Promise((resolve) => setTimeout(resolve, WAIT));
        await Promise.race([this.running, waited]);
        await Promise.race([this.save(), waited]);
        clearTimeout(this.timer);
        this.dirty = false;
        this.form.submit();
    }

    get seen() {
        return this.form.elements.seen;
    }

    entries() {
        return [...new FormData(this.form)].filter(([name]) => name !== "csrfmiddlewaretoken");
    }

    changed() {
        this.dirty = true;
        this.keep();
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.save(), QUIET);
    }

    keep() {
        try {
            localStorage.setItem(this.key, JSON.stringify({ entries: this.entries(), seen: this.seen.value, at: Date.now() }));
        } catch {
            this.say("local", "error"); // private window or full: only the server keeps it
        }
    }

    forget() {
        localStorage.removeItem(this.key);
    }

    save(leaving = false) {
        this.running ??= this.send(leaving).finally(() => {
            this.running = null;
            if (this.dirty) this.timer = setTimeout(() => this.save(), this.delay);
        });
        return this.running;
    }

    async send(leaving) {
        this.dirty = false;
        this.delay = QUIET;
        this.say("saving");
        try {
            const answer = await fetch(this.form.dataset.autosave, {
                method: "POST",
                body: new FormData(this.form),
                headers: { Accept: "application/json" },
                redirect: "manual",
                keepalive: leaving,
                signal: AbortSignal.timeout(PATIENCE),
            });
            await this.answered(answer);
        } catch {
            this.failed("offline");
        }
    }

    async answered(answer) {
        if (answer.type === "opaqueredirect" || answer.status === 403) {
            // Logged out meanwhile: the text waits in this browser until the page is opened again.
            this.say("session", "error");
            return;
        }
        if (!answer.ok && answer.status !== 409) {
            this.failed("failed");
            return;
        }
        const told = await answer.json();
        if (answer.status === 409) {
            this.say("stale", "error", told.message);
            return;
        }
        this.seen.value = told.seen;
        this.show(told.errors);
        if (Object.keys(told.errors).length) {
            this.keep();
            this.say("partly", "error", told.saved_at);
        } else {
            if (!this.dirty) this.forget();
            this.say("saved", "", told.saved_at);
        }
    }

    failed(reason) {
        this.dirty = true;
        this.delay = RETRY;
        this.say(reason, "error");
    }

    // Beside the fields as the server writes them; what either of us said before holds no longer.
    show(errors) {
        document.getElementById("errors")?.remove();
        this.form.querySelectorAll("fieldset > .error, .error[id]").forEach((old) => old.remove());
        this.form.querySelectorAll(".invalid").forEach((group) => group.classList.remove("invalid"));
        this.form.querySelectorAll("[aria-invalid]").forEach((control) => control.removeAttribute("aria-invalid"));
        for (const [id, message] of Object.entries(errors)) {
            const place = id && document.getElementById(id);
            if (!place) continue;
            const group = place.tagName === "LEGEND" && place.parentElement;
            const said = document.createElement("p");
            said.className = "error";
            said.id = `${id.replace(/_legend$/, "")}_error`;
            said.textContent = message;
            if (group) {
                (group.querySelector(":scope > .help") ?? place).after(said);
                group.classList.add("invalid");
                for (const control of group.querySelectorAll("input, select")) control.setAttribute("aria-invalid", "true");
            } else {
                place.before(said);
                place.setAttribute("aria-invalid", "true");
            }
            describe(group || place, said.id);
        }
    }

    say(what, kind = "", more = "") {
        const text = this.words[what] ?? "";
        this.state.textContent = [text, more].filter(Boolean).join(" ");
        this.state.classList.toggle("error", kind === "error");
        if (what === "session" || what === "stale") {
            const link = document.createElement("a");
            link.href = location.pathname;
            link.textContent = ` ${this.words.reload}`;
            this.state.append(link);
        }
    }

    // Puts an unacknowledged text back. Its old number goes with it: if somebody saved the section since, saving shows both.
    restore() {
        let kept = null;
        try {
            kept = JSON.parse(localStorage.getItem(this.key));
        } catch {
            this.forget();
        }
        if (!kept || Date.now() - kept.at > KEEP) {
            this.forget();
            return;
        }
        const now = JSON.stringify(this.entries().filter(([name]) => name !== "seen"));
        const then = JSON.stringify(kept.entries.filter(([name]) => name !== "seen"));
        // After a refusal the page shows what was typed, but the server does not have it.
        if (document.getElementById("errors")) return;
        if (now === then) {
            this.forget();
            return;
        }
        this.put(kept.entries);
        this.seen.value = kept.seen;
        this.say("restored");
        this.changed();
    }

    put(entries) {
        for (const set of this.form.querySelectorAll("[data-rows]")) {
            const name = `${set.dataset.rows}-TOTAL_FORMS`;
            const wanted = Number(entries.find(([entry]) => entry === name)?.[1] ?? 0);
            while (Number(this.form.elements[name].value) < wanted) set.querySelector("[data-add-row]").click();
        }
        this.form.dispatchEvent(new CustomEvent("restoring", { detail: entries }));
        for (const control of this.form.elements) {
            if (!control.name || control.type === "hidden" || control.type === "submit") continue;
            const values = entries.filter(([name]) => name === control.name).map(([, value]) => value);
            if (control.type === "checkbox" || control.type === "radio") {
                control.checked = values.includes(control.value);
            } else if (values.length) {
                control.value = values[0];
            }
            control.dispatchEvent(new Event("input"));
        }
    }
}

// Adds to what describes a control; an id of which nothing is left on the page says nothing.
function describe(control, id) {
    const ids = new Set((control.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
    control.setAttribute("aria-describedby", [...ids.add(id)].join(" "));
}

// Whether a control says something else than what the page came with.
function differs(control) {
    if (!control.name || control.type === "hidden" || control.type === "file") return false;
    if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
    if (control.tagName === "SELECT") {
        const first = [...control.options].find((option) => option.defaultSelected) ?? control.options[0];
        return control.value !== (first?.value ?? "");
    }
    return "defaultValue" in control && control.value !== control.defaultValue;
}
