"""The codebook: what each field of each dataset means, from the definitions that the files come from; itself two datasets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.lib.open_data import Code, Dataset, Field, Text, Type, licence_field
from portal.open_data.datasets import DATASETS

TYPES: dict[Type, Text] = {
    Type.TEXT: _("testo"),
    Type.INTEGER: _("numero intero"),
    Type.DECIMAL: _("numero decimale, con il punto"),
    Type.BOOLEAN: _("true o false"),
    Type.DATE: _("data: AAAA-MM-GG"),
    Type.PARTIAL_DATE: _("data nota fino al giorno, al mese o all'anno"),
    Type.DATETIME: _("data e ora con il fuso"),
    Type.URL: _("indirizzo web"),
    Type.EMAIL: _("e-mail"),
    Type.RECORDS: _("elenco di righe"),
}


@dataclass(frozen=True)
class Line:
    """A field where it stands. `column` is empty where a table has no place for it."""

    dataset: Dataset[Any]
    path: str
    column: str
    field: Field[Any]

    @property
    def is_list(self) -> bool:
        """Several values, in one cell or in a list: of its own, or one for each record around it."""
        return self.field.is_list or "[]" in self.path

    @property
    def codes(self) -> Sequence[Code]:
        """The values that it may have, where the list is closed."""
        return self.field.codes() if self.field.codes else ()

    @property
    def type_in_words(self) -> Text:
        """For people."""
        return TYPES[self.field.type]


def lines_of(dataset: Dataset[Any]) -> list[Line]:
    """Every field of a dataset, those of its records included."""
    return list(_lines(dataset, dataset.fields, "", "", in_csv=True))


def _lines(dataset: Dataset[Any], fields: Sequence[Field[Any]], before: str, above: str, *, in_csv: bool) -> Iterator[Line]:
    for field in fields:
        path, stands = f"{before}{field.name}", in_csv and field.in_csv
        yield Line(dataset, path, f"{above}{field.name}" if stands and not field.fields else "", field)
        yield from _lines(dataset, field.fields, f"{path}[].", f"{field.name}_", in_csv=stands)


def all_lines() -> Iterator[Line]:
    """Of every dataset."""
    for dataset in DATASETS.values():
        yield from lines_of(dataset)


def _in(language: str, text: Text) -> str:
    with translation.override(language):
        return str(text)


LINES: Dataset[Line] = Dataset(
    "dizionario",
    _("Dizionario dei dati"),
    _("Che cosa significa ogni campo di ogni insieme di dati, in italiano e in inglese."),
    (
        Field("campo_intero", lambda row: f"{row.dataset.name}.{row.path}", _("Dove sta"), can_be_empty=False),
        Field("insieme", lambda row: row.dataset.name, _("Insieme di dati"), can_be_empty=False),
        Field("campo", lambda row: row.path, _("Campo in JSON"), can_be_empty=False),
        Field("colonna", lambda row: row.column, _("Colonna in CSV"), _("Vuota se il campo c'è solo in JSON.")),
        Field("etichetta", lambda row: _in("it", row.field.label), _("Etichetta"), can_be_empty=False),
        Field("etichetta_en", lambda row: _in("en", row.field.label), _("Etichetta in inglese"), can_be_empty=False),
        Field("descrizione", lambda row: _in("it", row.field.description), _("Descrizione")),
        Field("descrizione_en", lambda row: _in("en", row.field.description), _("Descrizione in inglese")),
        Field("tipo", lambda row: row.field.type.value, _("Tipo"), codes=lambda: list(_types()), can_be_empty=False),
        Field("unita", lambda row: _in("it", row.field.unit), _("Unità")),
        Field("piu_valori", lambda row: row.is_list, _("Più valori"), type=Type.BOOLEAN, can_be_empty=False),
        Field("puo_mancare", lambda row: row.field.can_be_empty, _("Può mancare"), type=Type.BOOLEAN, can_be_empty=False),
        Field("rimanda_a", lambda row: row.field.refers_to, _("Rimanda all'insieme di dati")),
        Field(
            "codici",
            lambda row: [one.code for one in row.codes],
            _("Codici ammessi"),
            _("Il loro significato è nell'insieme «codici»."),
            is_list=True,
        ),
        licence_field(),
    ),
    all_lines,
    lambda: sum(1 for _line in all_lines()),
    key="campo_intero",
)

CODES: Dataset[tuple[Line, Code]] = Dataset(
    "codici",
    _("Codici"),
    _("Che cosa significa ogni codice degli elenchi chiusi, in italiano e in inglese."),
    (
        Field(
            "codice_intero",
            lambda row: f"{row[0].dataset.name}.{row[0].path}={row[1].code}",
            _("Dove sta"),
            can_be_empty=False,
        ),
        Field("insieme", lambda row: row[0].dataset.name, _("Insieme di dati"), can_be_empty=False),
        Field("campo", lambda row: row[0].path, _("Campo in JSON"), can_be_empty=False),
        Field("codice", lambda row: row[1].code, _("Codice"), can_be_empty=False),
        Field("etichetta", lambda row: _in("it", row[1].label), _("Etichetta"), can_be_empty=False),
        Field("etichetta_en", lambda row: _in("en", row[1].label), _("Etichetta in inglese"), can_be_empty=False),
        licence_field(),
    ),
    lambda: ((line, code) for line in all_lines() for code in line.codes),
    lambda: sum(len(line.codes) for line in all_lines()),
    key="codice_intero",
)


def _types() -> Iterator[Code]:
    for kind, words in TYPES.items():
        yield Code(kind.value, words)


CODEBOOK: dict[str, Dataset[Any]] = {LINES.name: LINES, CODES.name: CODES}
