// Files are sent one after the other, each with its progress, and become rows as they are accepted; nothing that is typed
// in the page is touched. Without script they go with the form.
import { prepareRow } from "./rows.js";

export class Files {
    constructor(form, changed) {
        this.form = form;
        this.changed = changed;
        this.set = form.querySelector("[data-files]");
        if (this.set) this.start();
    }

    start() {
        this.words = this.set.dataset;
        this.rows = this.set.querySelector("[data-file-list]");
        this.list = this.set.querySelector("[data-uploads]");
        this.state = this.set.querySelector("[data-upload-state]");
        this.waiting = [];
        this.sending = null; // the promise of everything that waits
        this.arrived = this.total = 0;
        this.rows.querySelectorAll("[data-row]").forEach((row) => prepareRow(row, this.changed));
        this.set.querySelectorAll("[data-no-script]").forEach((hint) => (hint.hidden = true));
        this.set.querySelectorAll("[data-with-script]").forEach((hint) => (hint.hidden = false));
        const input = this.set.querySelector("input[type=file]");
        input.removeAttribute("name"); // never with the form
        input.addEventListener("input", (event) => event.stopPropagation());
        input.addEventListener("change", (event) => {
            event.stopPropagation(); // nothing was typed
            this.add([...input.files]);
            input.value = "";
        });
        this.catchDrops(this.set.querySelector("[data-drop]"));
        addEventListener("beforeunload", (event) => this.sending && event.preventDefault());
    }

    catchDrops(zone) {
        const over = (is) => (event) => {
            if (!event.dataTransfer?.types.includes("Files")) return;
            event.preventDefault();
            zone.classList.toggle("over", is);
        };
        zone.addEventListener("dragover", over(true));
        zone.addEventListener("dragleave", over(false));
        zone.addEventListener("drop", over(false));
        zone.addEventListener("drop", (event) => this.add([...event.dataTransfer.files]));
    }

    // The form is sent after its files, unless one of them is refused meanwhile: then the page stays, with the reason.
    async finished() {
        if (!this.sending) return true;
        const refused = () => this.list.querySelectorAll("[data-reason]:not([hidden])").length;
        const before = refused();
        this.state.textContent = this.words.finishing;
        await this.sending;
        return refused() === before;
    }

    add(files) {
        if (!this.sending) this.arrived = this.total = 0;
        for (const file of files) {
            const item = this.shown(file);
            // The server decides; this only spares a long wait for a refusal.
            if (file.size > Number(this.words.maxMegabytes) * 1024 ** 2) {
                this.refuse(item, this.words.tooLarge);
            } else if (this.rows.children.length + this.waiting.length >= Number(this.words.maxFiles)) {
                this.refuse(item, this.words.tooMany);
            } else {
                this.total += 1;
                this.enqueue(item);
            }
        }
    }

    shown(file) {
        const element = this.set.querySelector("template").content.cloneNode(true).firstElementChild;
        const find = (what) => element.querySelector(what);
        const item = { file, element, progress: find("progress"), reason: find("[data-reason]"), retry: find("[data-retry]"), close: find("[data-cancel]") };
        find("[data-name]").textContent = file.name;
        item.progress.setAttribute("aria-label", file.name);
        item.retry.addEventListener("click", () => this.enqueue(item));
        item.close.addEventListener("click", () => this.cancel(item));
        this.list.append(element);
        return item;
    }

    enqueue(item) {
        item.progress.hidden = false;
        item.progress.value = 0;
        item.reason.hidden = item.retry.hidden = true;
        this.waiting.push(item);
        this.say();
        this.sending ??= this.sendAll().finally(() => (this.sending = null));
    }

    async sendAll() {
        while (this.waiting.length) await this.send(this.waiting.shift());
    }

    send(item) {
        return new Promise((done) => {
            const request = (item.request = new XMLHttpRequest());
            const body = new FormData();
            body.append("file", item.file);
            request.upload.addEventListener("progress", (event) => (item.progress.value = event.loaded / event.total));
            request.addEventListener("load", () => this.answered(item, request));
            request.addEventListener("error", () => this.refuse(item, this.words.offline, true));
            request.addEventListener("abort", () => this.forget(item));
            request.addEventListener("loadend", done);
            request.open("POST", this.words.files);
            request.setRequestHeader("Accept", "application/json");
            request.setRequestHeader("X-CSRFToken", this.token);
            request.send(body);
        });
    }

    // The cookie's, which is the new one after logging in again elsewhere.
    get token() {
        return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? this.form.elements.csrfmiddlewaretoken.value;
    }

    answered(item, request) {
        let told = null;
        try {
            told = JSON.parse(request.responseText);
        } catch {
            // A page instead: the one to log in, or an error.
            const isLogin = request.status === 200 || request.status === 403;
            return this.refuse(item, isLogin ? this.words.session : this.words.failed, true);
        }
        if (!told.row) return this.refuse(item, told.message, request.status >= 500);
        this.arrived += 1;
        this.set.querySelector("[data-no-files]")?.remove();
        this.rows.insertAdjacentHTML("beforeend", told.row);
        prepareRow(this.rows.lastElementChild, this.changed);
        this.remove(item);
        this.say();
    }

    refuse(item, reason, again = false) {
        item.request = null;
        item.progress.hidden = true;
        item.reason.hidden = false;
        item.reason.textContent = reason;
        item.retry.hidden = !again;
        item.close.textContent = item.close.dataset.close;
    }

    cancel(item) {
        if (item.request) item.request.abort();
        else if (this.waiting.includes(item)) this.forget(item);
        else this.remove(item);
    }

    forget(item) {
        this.total -= 1;
        this.waiting = this.waiting.filter((other) => other !== item);
        this.remove(item);
    }

    remove(item) {
        // Whoever stands on its button is not thrown to the top of the page.
        if (item.element.contains(document.activeElement)) this.state.focus();
        item.element.remove();
    }

    say() {
        this.state.textContent = [this.arrived, this.total].reduce((text, n) => text.replace("%s", n), this.words.arrived);
    }
}
