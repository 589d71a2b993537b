"""How fast the portal is, as ratios within one run: `manage.py benchmark`. docs/performance.md holds the last figures."""
