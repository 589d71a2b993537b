"""Long trials of what must not go wrong: more rounds than the tests have time for."""
