"""Whether a backup is as it was written, and whether a database and the stored files are as a backup has them."""

import json
from collections.abc import Callable, Iterator

from post_office.models import STATUS
from tqdm import tqdm

from portal.backup import dumps, schema, storage
from portal.backup.dumps import Dump
from portal.backup.refusal import Refusal
from portal.backup.tables import Row, Table, as_line, tables_of

# Of each table; the others are counted.
MOST_TOLD = 10
# What a restore changes on purpose: see `portal.backup.restoring`.
CHANGED_BY_RESTORE = {"lib.ContentVersion", "post_office.Log"}
Settled = Callable[[str, Row], Row]


def faults(dump: Dump) -> Iterator[str]:
    """Everything in which the backup's own files are not what was written, in words. No database is asked."""
    sums = _sums(dump)
    there = {path.name for path in dump.path.iterdir()} - {dumps.SUMS}
    yield from (f"{dump.path / name} manca." for name in sorted(sums.keys() - there))
    yield from (f"{dump.path / name} non è della copia." for name in sorted(there - sums.keys()))
    found = sorted(sums.keys() & there)
    is_readable = dumps.FILES in found
    for name in found:
        with (dump.path / name).open("rb") as file:
            if dumps.sha256_of(file) != sums[name]:
                yield f"{dump.path / name} è danneggiato."
                is_readable &= name != dumps.FILES
    if is_readable:
        yield from _contents(dump)


def _sums(dump: Dump) -> dict[str, str]:
    """The hash of each file of it, by its name."""
    try:
        text = (dump.path / dumps.SUMS).read_bytes().decode()
        found = {name: sha256 for sha256, name in (line.split("  ", 1) for line in text.splitlines())}
        if text != dumps.as_sums(found):
            raise ValueError
        return found
    except (FileNotFoundError, ValueError) as error:
        raise Refusal(f"{dump.path / dumps.SUMS} manca o è danneggiato: usa un'altra copia.") from error


def _contents(dump: Dump) -> Iterator[str]:
    """Each once, whatever names it has."""
    sizes = {file.sha256: file.size for file in dump.files()}
    with tqdm(total=sum(sizes.values()), unit="B", unit_scale=True, desc="Verifica dei file", disable=None) as bar:
        for sha256 in sorted(sizes):
            path = dump.content(sha256)
            if not path.is_file():
                yield f"{path} manca: la prossima copia lo riprende, se nel portale c'è ancora."
                continue
            with path.open("rb") as file:
                if dumps.sha256_of(file, bar.update) != sha256:
                    yield f"{path} è danneggiato: eliminalo, e la prossima copia lo riprende, se nel portale c'è ancora."


def differences(dump: Dump) -> Iterator[str]:
    """Everything in which the database and the stored files are not as the backup has them, in words and without what they say.

    What a restore changes on purpose is none: mails that waited, the content version, sessions.
    """
    if schema.foreign() or schema.applied() != dump.migrations:
        raise Refusal("La copia e la banca dati sono di versioni diverse del portale: le righe non si possono confrontare.")
    tables = tables_of(schema.models_of(dump.migrations))
    compared = [table for table in tables if table.label not in CHANGED_BY_RESTORE]
    yield from of_rows(dump, compared, _settled)
    yield from of_files(dump)


def _settled(label: str, row: Row) -> Row:
    """A mail that waits and one that a restore held are the same."""
    if label == "post_office.Email" and row["status"] in (STATUS.queued, STATUS.requeued, STATUS.failed):
        return {**row, "status": None, "last_updated": None}
    return row


def of_rows(dump: Dump, tables: list[Table], settled: Settled = lambda _label, row: row) -> Iterator[str]:
    """Row by row and column by column, in the order of the keys."""
    total = sum(dump.rows.get(table.label, 0) for table in tables)
    with tqdm(total=total, unit=" righe", desc="Confronto delle righe", disable=None) as bar:
        for table in tables:
            found = 0
            for said in _of_table(dump, table, settled, bar.update):
                found += 1
                if found <= MOST_TOLD:
                    yield f"{table.label}: {said}"
            if found > MOST_TOLD:
                yield f"{table.label}: altre {found - MOST_TOLD} differenze."


def _of_table(dump: Dump, table: Table, settled: Settled, tell: Callable[[int], object]) -> Iterator[str]:
    kept = (json.loads(line) for line in dump.lines(table.label))
    # Through JSON, as those of the backup went.
    present = (json.loads(as_line(row)) for row in table.rows())
    one, other = next(kept, None), next(present, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one[table.key] < other[table.key]):
            yield f"la riga {one and one[table.key]} manca nella banca dati."
            one = next(kept, None)
        elif one is None or other[table.key] < one[table.key]:
            yield f"la riga {other[table.key]} non è nella copia."
            other = next(present, None)
        else:
            before, now = settled(table.label, one), settled(table.label, other)
            if columns := sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name)):
                yield f"la riga {one[table.key]} è diversa: {', '.join(columns)}."
            one, other = next(kept, None), next(present, None)
            tell(1)


def of_files(dump: Dump) -> Iterator[str]:
    """Each stored file that the backup has."""
    files = list(dump.files())
    with tqdm(total=len(files), unit=" file", desc="Confronto dei file", disable=None) as bar:
        for file in files:
            if said := storage.fault(file):
                yield said
            bar.update()
