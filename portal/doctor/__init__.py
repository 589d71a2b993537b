"""What a technician wants looked at in an installation, said in words by `manage.py doctor`: see docs/operations.md."""
