"""Public pages that show things of more than one app: home, territories, towns, organisations, networks, agreements, search."""
