"""Fault drills: what users are told and what is left when something breaks. `python -m tests.drills` runs them all.

Everything runs on this machine and on loopback, each drill is bounded in time and in what it asks. `docs/reliability.md` says what
the last long run found.
"""
