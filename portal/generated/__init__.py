"""A country of made-up practices, for measuring: `manage.py generate`. Nothing of it is true, and every text says so."""
