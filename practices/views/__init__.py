"""One module a page or a group of pages: guard, one read or one write, render."""
