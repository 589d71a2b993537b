"""The filters of lists: `fields` read the address, `base` is any set; of practices `conditions` select, `facets` count."""
