"""The newsletter and the alerts (*avvisami*): who asked for what, what each is told, and how they leave."""
