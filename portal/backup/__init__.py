"""Backups of the whole portal, that either engine takes back: see docs/backup.md and docs/adr/0024-backup.md."""
