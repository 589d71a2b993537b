#!/usr/bin/env python3
"""The portal's commands: `manage.py help` lists them, `manage.py demo` starts a complete portal with demo data."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if "demo" in sys.argv[1:2]:
        # The demo is a development installation that lives in a folder of its own, so that it can never touch a real one.
        os.environ["DEVELOPMENT"] = "1"
        os.environ["DEMO"] = "1"
        os.environ.setdefault("DATA_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "var", "demo"))
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        if "doctor" not in sys.argv[1:2]:
            raise
        # What stops the start is for who asks what is wrong a finding, and the only one.
        sys.exit(f"Impostazioni\n  ✗ {error}")


if __name__ == "__main__":
    main()
