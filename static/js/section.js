// The page of a section of the form: everything here only improves it, nothing depends on it.
import { Autosave } from "./autosave.js";
import { offerChoices } from "./choosers.js";
import { Files } from "./files.js";
import { manageRows } from "./rows.js";
import { keepCounting } from "./words.js";

const form = document.getElementById("section-form");
const autosave = new Autosave(form);

keepCounting(form);
offerChoices(form, form, () => autosave.changed());
manageRows(form, () => autosave.changed(), (row) => offerChoices(row, form, () => autosave.changed()));
const files = new Files(form, () => autosave.changed());
autosave.before = () => files.finished();
autosave.start();
