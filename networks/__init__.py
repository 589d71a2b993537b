"""Who takes part: territories, provinces, municipalities, organisations, networks of them, and people with their roles."""
