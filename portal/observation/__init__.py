"""What is seen of the running portal: its log, its health, its figures, and mails to who runs it."""
