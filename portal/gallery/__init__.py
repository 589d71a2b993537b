"""The components of the pages, each with examples: for developers, on their own machines alone."""
