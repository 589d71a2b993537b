"""The demo: accounts, cases in every step of moderation, and the mails in the browser. Started by `manage.py demo`."""
