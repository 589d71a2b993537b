"""What a public site has to say of itself: about, contacts, privacy, legal notes, accessibility, site map, security.txt."""
