// Passkeys are allauth's scripts' work; this shows what needs a script, and says on the page what went wrong.

for (const element of document.querySelectorAll("[data-needs-script]")) {
    element.hidden = false;
}

document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const message = document.querySelector("[data-passkey-error]");
    document.querySelector("main h1").after(message);
    message.hidden = false;
    message.focus();
});
