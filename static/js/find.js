// Looking for an organisation: what is found while typing leads straight to it; the form and its button stay as they are.
import { followChoice } from "./choosers.js";

for (const input of document.querySelectorAll("input[data-chooser=authorities]")) followChoice(input);
