// The page on which who adapted a practice is told: practices are found while typing. Nothing depends on it.
import { offerChoices } from "./choosers.js";

const form = document.querySelector(".desk-form");
offerChoices(form, form, () => {});
