"""The read-only API: the datasets a page at a time, practices with the filters of their list, and its description."""
