"""The filters of the public list: `fields` read the address, `conditions` select, `facets` count, `practice` is the set."""
