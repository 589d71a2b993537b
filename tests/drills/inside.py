"""A function of a drill in a process of its own, on the site of its environment: `… -m tests.drills.inside MODULE.FUNCTION`.

Its arguments come as JSON, and so does what it returns.
"""

import json
import sys
from importlib import import_module

import django

if __name__ == "__main__":
    django.setup()
    module, _, name = sys.argv[1].partition(".")
    given = json.loads(sys.stdin.read() or "null") or {}
    print(json.dumps(getattr(import_module(f"tests.drills.{module}"), name)(**given)))
