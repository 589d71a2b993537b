"""What the portal knows of a person: shown to her, given to her as a file, erased."""
