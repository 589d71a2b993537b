"""News and events: written, scheduled and published by editors, about whatever lies below."""
