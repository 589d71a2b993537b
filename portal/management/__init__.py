"""Commands about the whole site: backups, measuring, the demo, what is made anew."""
