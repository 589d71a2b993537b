// The admin's choosers of several rows (Select2) search in a field that no label names: it takes its own select's.
// Ready after Django's own script, which makes them.
window.django.jQuery(() => {
    for (const select of document.querySelectorAll("select.admin-autocomplete[multiple]")) {
        const label = document.querySelector(`label[for="${select.id}"]`);
        const field = select.parentElement.querySelector(".select2-search__field");
        if (label && field) field.setAttribute("aria-label", label.textContent.trim().replace(/:$/, ""));
    }
});
