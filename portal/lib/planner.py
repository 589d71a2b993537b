"""What the database knows of its rows, from which it chooses an index: PostgreSQL looks by itself, SQLite when it is told to."""

from django.db import connection

# Rows that it looks at of each index: milliseconds, however many there are (https://sqlite.org/lang_analyze.html).
MOST = 1000


def refresh_statistics() -> None:
    """Once a day. Before SQLite 3.46 `PRAGMA optimize` sees only the tables that its own connection has asked: ANALYZE sees all."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:  # nosemgrep: sql-by-hand  # no table is named
        cursor.execute(f"PRAGMA analysis_limit = {MOST}")
        cursor.execute("ANALYZE")
