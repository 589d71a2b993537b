"""Pages for subscribers. None of them knows a session: whoever has the link of a mail is whom it was sent to."""
