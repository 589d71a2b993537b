// The page on which an editor changes a text: rows and word counters; the form is complete without them.
import { manageRows } from "./rows.js";
import { keepCounting } from "./words.js";

const form = document.getElementById("edit-form");
const nothing = () => {};

keepCounting(form);
manageRows(form, nothing, nothing);
