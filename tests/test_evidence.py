"""The evidence level: computed from the record, recomputed by others from the public JSON, explained on the page."""

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from lxml import html

from portal.lib.content_version import current_version
from practices.importing import import_practices
from practices.models import Adaptation, Indicator, Practice, Reading, Submission
from practices.moderation import replication as verbs
from practices.publication import refresh
from tests import make

pytestmark = pytest.mark.django_db
INDICATOR = {"name": "Iscritti", "unit": "persone", "baseline": None, "target": None, "direction": "up", "source": ""}


def exported() -> list[dict[str, Any]]:
    response = Client().get("/pratiche/pratiche.json")
    found: list[dict[str, Any]] = json.loads(b"".join(response.streaming_content))
    return found


def recomputed(one: dict[str, Any]) -> int:
    """What anybody can do with the open data, knowing the five conditions and nothing of our code."""
    if any(other["esito"] == "succeeded" and other["stato"] == "confirmed" for other in one["adattata_da_altri"]):
        return 5
    if one["valutazione"] in ("external", "internal", "participatory"):
        return 4 if one["valutazione"] == "external" else 3
    return 2 if any(len(indicator["rilevazioni"]) >= 2 for indicator in one["indicatori"]) else 1


def test_the_levels_of_the_fifty_practices_follow_from_their_public_json() -> None:
    for name in ("regions", "provinces", "municipalities", "organisations", "networks", "agreements", "taxonomies"):
        call_command("loaddata", name, verbosity=0)
    lines = (Path(settings.BASE_DIR) / "fixtures" / "practices.jsonl").read_text(encoding="utf-8").splitlines()
    import_practices(lines, at=make.NOW, apply=True)
    found = {one["codice"]: (one["livello_di_evidenza"], recomputed(one)) for one in exported()}
    assert len(found) == 50
    assert {code: pair for code, pair in found.items() if pair[0] != pair[1]} == {}
    # Not because all of them are the same.
    assert len({stored for stored, _again in found.values()}) > 1


def read(practice: Practice, number: int, **fields: Any) -> list[Reading]:
    [indicator] = Indicator.objects.filter(practice=practice)
    rows = [
        Reading.objects.create(
            indicator=indicator, period=str(year), on=date(year, 12, 31), value="12.50", declared_at=make.NOW, **fields
        )
        for year in range(2020, 2020 + number)
    ]
    refresh(practice)
    return rows


def adapted(origin: Practice, outcome: str, verb: str = "") -> Adaptation:
    of = make.organisation("Comune di Parma", make.municipality("Parma", "G337", sign="PR"))
    row = {"origin": origin.code, "origin_name": "", "origin_url": "", "year": 2021, "changes": "x", "outcome": outcome}
    one = make.published(title=f"Di {origin.code}", of=of, adaptations=[row]).adaptations.get()
    by = make.officer_of(origin.organisation)
    if verb == "confirm":
        verbs.confirm_adaptation(one, by=by, at=make.later(60))
    elif verb == "dispute":
        verbs.dispute_adaptation(one, by=by, at=make.later(60), text="No.")
    return one


def told(practice: Practice) -> list[str]:
    """The five levels as the page tells them."""
    practice.refresh_from_db()
    tree = html.fromstring(Client().get(f"/pratiche/{practice.slug}/").content.decode())
    return [" ".join(node.text_content().split()) for node in tree.xpath("//ol[@class='evidence-levels']/li")]


D, M, V = "Descritta", "Monitorata", "Valutata"


def test_every_level_from_the_public_record_and_what_is_missing_for_the_next() -> None:
    bare = make.published(title="Nuda").practice
    once, twice = (make.published(title=f"Misurata {n}", indicators=[INDICATOR]).practice for n in (1, 2))
    unread = make.published(title="Mai misurata", indicators=[INDICATOR]).practice
    own, common, third = (
        make.published(title=f"Valutata {kind}", evaluation=kind).practice
        for kind in ("internal", "participatory", "external")
    )
    replicated, disputed, waiting, failed = (make.published(title=f"Rifatta {n}").practice for n in range(4))
    read(once, 1)
    first, second = read(twice, 2)
    adapted(replicated, "succeeded", "confirm")
    adapted(disputed, "succeeded", "dispute")
    adapted(waiting, "succeeded")
    adapted(failed, "abandoned", "confirm")
    expected = {bare: 1, once: 1, unread: 1, twice: 2, own: 3, common: 3, third: 4}
    expected |= {replicated: 5, disputed: 1, waiting: 1, failed: 1}
    rows = {one["codice"]: one for one in exported()}
    assert {p: (rows[p.code]["livello_di_evidenza"], recomputed(rows[p.code])) for p in expected} == {
        practice: (level, level) for practice, level in expected.items()
    }
    indicator = {
        "indicatore": first.indicator_id,
        "nome": "Iscritti",
        "comune": None,
        "unita": "persone",
        "partenza": None,
        "atteso": None,
        "verso": "up",
        "verso_nome": "meglio se cresce",
        "fonte": None,
        "chiuso_il": None,
    }
    assert rows[twice.code]["indicatori"] == [
        {
            **indicator,
            "rilevazioni": [
                {
                    "rilevazione": reading.pk,
                    "periodo": str(year),
                    "data": f"{year}-12-31",
                    "valore": "12.5",
                    "approssimato": False,
                    "come_lo_si_dice": None,
                    "come_lo_si_dice_nome": None,
                    "fonte": None,
                    "stato": "declared",
                    "stato_nome": "dichiarata dall'ente",
                    "dichiarata_il": "2026-03-02T10:00:00+01:00",
                }
                for year, reading in ((2020, first), (2021, second))
            ],
        }
    ]
    [child] = rows[replicated.code]["adattata_da_altri"]
    state = {
        "anno": 2021,
        "esito": "succeeded",
        "esito_nome": "riuscita",
        "stato": "confirmed",
        "stato_nome": "confermata dall'ente di origine",
        "che_cosa_e_cambiato": "x",
    }
    assert child == {"pratica": child["pratica"], **state}
    assert rows[child["pratica"]]["adattamenti"] == [
        {"origine": replicated.code, "origine_nome": None, "origine_indirizzo": None, **state}
    ]

    missing = {practice: [text.rpartition(". ")[2] for text in told(practice)[1:]] for practice in expected}
    evaluation = [
        "Manca una valutazione, anche interna o fatta con le persone interessate.",
        "Manca una valutazione fatta da un soggetto terzo.",
    ]
    nobody = "Nessun altro ente l'ha ancora adattata."
    no_indicator = "Manca un indicatore con almeno due rilevazioni: per ora non c'è alcun indicatore."
    met = "Condizione soddisfatta."
    reached = "I risultati sono stati valutati dall'ente o con le persone interessate."
    assert missing == {
        bare: [no_indicator, *evaluation, nobody],
        once: ["Manca una seconda rilevazione dello stesso indicatore.", *evaluation, nobody],
        unread: ["Gli indicatori ci sono, ma non hanno rilevazioni: ne servono due dello stesso.", *evaluation, nobody],
        twice: ["Monitorata livello di questa pratica Almeno un indicatore ha due o più rilevazioni.", *evaluation, nobody],
        own: [no_indicator, f"Valutata livello di questa pratica {reached}", evaluation[1], nobody],
        common: [no_indicator, f"Valutata livello di questa pratica {reached}", evaluation[1], nobody],
        third: [
            no_indicator,
            met,
            "Valutata da terzi livello di questa pratica I risultati sono stati valutati da un soggetto terzo.",
            nobody,
        ],
        replicated: [
            no_indicator,
            *evaluation,
            "Replicata livello di questa pratica Un altro ente l'ha adattata con successo, e l'ente di origine lo conferma.",
        ],
        disputed: [
            no_indicator,
            *evaluation,
            "Chi dice di averla adattata con successo è contestato dall'ente di origine.",
        ],
        waiting: [
            no_indicator,
            *evaluation,
            "Un altro ente l'ha adattata con successo: manca la conferma dell'ente di origine.",
        ],
        failed: [no_indicator, *evaluation, "È stata adattata, ma nessun adattamento risulta riuscito."],
    }
    # A correction is no second reading.
    first.superseded_by = second
    first.save()
    refresh(twice)
    [row] = [one for one in exported() if one["codice"] == twice.code]
    assert (row["livello_di_evidenza"], len(row["indicatori"][0]["rilevazioni"])) == (1, 1)


def test_wrong_levels_are_told_and_written_anew() -> None:
    right, wrong = make.published(title="Giusta").practice, make.published(title="Sbagliata").practice
    removed = make.submission(title="Bozza").practice
    Practice.objects.filter(pk__in=[wrong.pk, removed.pk]).update(evidence_level=4)
    out = StringIO()
    version = current_version()
    with pytest.raises(CommandError, match="vanno ricalcolati"):
        call_command("rebuild_evidence", "--verify", stdout=out)
    assert out.getvalue() == f"{wrong.code}: «Valutata da terzi» invece di «Descritta».\n"
    assert current_version() == version
    call_command("rebuild_evidence", stdout=StringIO())
    assert current_version() == version + 1
    call_command("rebuild_evidence", "--verify", stdout=out)
    call_command("rebuild_evidence", stdout=out)
    assert current_version() == version + 1
    assert {p.pk: p.evidence_level for p in Practice.objects.all()} == {right.pk: 1, wrong.pk: 1, removed.pk: 4}
    assert Submission.objects.live().count() == 2
