"""ISTAT's *Elenco dei comuni italiani* in every shape that it has had."""

import csv
import io
from collections.abc import Callable
from typing import Any

from networks.models import Municipality, OldSlug, Province
from networks.municipal_list import read_list
from networks.territory import import_list
from portal.lib.content_version import current_version

# As in the files of 2019 and later: (header, value of the row).
HEADERS = (
    "Codice Regione",
    "Codice dell'Unità territoriale sovracomunale \n(valida a fini statistici)",
    "Codice Provincia (Storico)(1)",
    "Progressivo del Comune (2)",
    "Codice Comune formato alfanumerico",
    "Denominazione (Italiana e straniera)",
    "Denominazione in italiano",
    "Denominazione altra lingua",
    "Codice Ripartizione Geografica",
    "Ripartizione geografica",
    "Denominazione Regione",
    "Denominazione dell'Unità territoriale sovracomunale \n(valida a fini statistici)",
    "Tipologia di Unità territoriale sovracomunale ",
    "Flag Comune capoluogo di provincia/città metropolitana/libero consorzio",
    "Sigla automobilistica",
    "Codice Comune formato numerico",
    "Codice Comune numerico con 110 province (dal 2010 al 2016)",
    "Codice Comune numerico con 107 province (dal 2006 al 2009)",
    "Codice Comune numerico con 103 province (dal 1995 al 2005)",
    "Codice Catastale del comune",
    "Codice NUTS1 2010",
    "Codice NUTS2 2010 (3) ",
    "Codice NUTS3 2010",
    "Codice NUTS1 2021",
    "Codice NUTS2 2021 (3) ",
    "Codice NUTS3 2021",
)
NAPLES = {"region": "15", "unit": "263", "province": "Napoli", "sign": "NA", "istat": "063049", "name": "Napoli",
          "capital": "1", "belfiore": "F839"}  # fmt: skip
BOLZANO = {"region": "04", "unit": "021", "province": "Bolzano/Bozen", "sign": "BZ", "istat": "021008", "name": "Bolzano",
           "other": "Bozen", "capital": "1", "belfiore": "A952"}  # fmt: skip
TRENTO = {"region": "04", "unit": "022", "province": "Trento", "sign": "TN", "istat": "022205", "name": "Trento",
          "capital": "1", "belfiore": "L378"}  # fmt: skip
CASTRO_BG = {"region": "03", "unit": "016", "province": "Bergamo", "sign": "BG", "istat": "016065", "name": "Castro",
             "belfiore": "C337"}  # fmt: skip
CASTRO_LE = {"region": "16", "unit": "075", "province": "Lecce", "sign": "LE", "istat": "075096", "name": "Castro",
             "belfiore": "M261"}  # fmt: skip
REGGIO = {"region": "08", "unit": "035", "province": "Reggio nell'Emilia", "sign": "RE", "istat": "035033",
          "name": "Reggio nell'Emilia", "capital": "1", "belfiore": "H223"}  # fmt: skip
ALL = (NAPLES, BOLZANO, TRENTO, CASTRO_BG, CASTRO_LE, REGGIO)


def cells(town: dict[str, str]) -> dict[str, str]:
    other = town.get("other", "")
    return {
        **dict.fromkeys(HEADERS, "x"),
        HEADERS[0]: town["region"],
        HEADERS[1]: town["unit"],
        HEADERS[2]: f"0{town['unit'][1:]}",
        HEADERS[4]: town["istat"],
        HEADERS[5]: f"{town['name']}/{other}" if other else town["name"],
        HEADERS[6]: town["name"],
        HEADERS[7]: other,
        HEADERS[11]: town["province"],
        HEADERS[13]: town.get("capital", "0"),
        HEADERS[14]: town["sign"],
        HEADERS[19]: town["belfiore"],
    }


def file(
    *towns: dict[str, str],
    headers: tuple[str, ...] = HEADERS,
    renamed: Callable[[str], str] = str,
    separator: str = ";",
    encoding: str = "utf-8",
    end: str = "\r\n",
) -> bytes:
    """The list of these towns, in a shape."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=end)
    writer.writerow([renamed(header) for header in headers])
    for town in towns:
        row = cells(town)
        writer.writerow([row.get(header, "x") for header in headers])
    return out.getvalue().encode(encoding)


def load(*towns: dict[str, str], **options: Any) -> Any:
    return import_list(read_list(file(*towns), partial=True), **options)


def rows() -> list[dict[str, Any]]:
    return [*Municipality.objects.order_by("pk").values(), *Province.objects.order_by("pk").values()]


def state() -> Any:
    return rows(), list(OldSlug.objects.order_by("slug").values_list("slug", "municipality")), current_version()
