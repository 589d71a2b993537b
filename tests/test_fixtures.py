"""The reference and demo data say what their sources say."""

import json
from datetime import date

import pytest
from django.apps import apps
from django.db.models import Count

from agreements.models import Agreement, Commitment, Document, Party, Signature
from networks.models import Membership, Municipality, Network, NetworkEvent, Organisation, Province, Region, Standing
from portal.lib.text import fold
from portal.news import models as news
from portal.news.models import News
from portal.news.publishing import words_of
from practices.models import CommonIndicator, Fund, Reason, TargetGroup, Theme
from tests.reference import FIXTURES, fixture_path, load_reference_data, practice_lines

pytestmark = pytest.mark.django_db

MODELS = (
    Region, Province, Municipality, Organisation, Network, Membership, NetworkEvent,
    Agreement, Party, Signature, Commitment, Document, Theme, TargetGroup, Fund, Reason, CommonIndicator,
    News, news.Document,
)  # fmt: skip

FOUNDERS = {
    "Comune di Bari", "Comune di Campi Bisenzio", "Comune di Fermo", "Comune di Genova", "Comune di Lodi",
    "Comune di Pompei", "Comune di Reggio Emilia", "Comune di Savignano sul Rubicone", "Comune di Senigallia",
    "Comune di Torino",
}  # fmt: skip
MEMBERS_2013 = {
    "Comune di Arezzo", "Comune di Bari", "Comune di Campi Bisenzio", "Comune di Capannori", "Comune di Casalecchio di Reno",
    "Comune di Castelvetro di Modena", "Comune di Fermo", "Comune di Forlì", "Comune di Fucecchio", "Comune di Genova",
    "Comune di Lodi", "Comune di Milano", "Comune di Olbia", "Comune di Palermo", "Comune di Pizzo", "Comune di Pompei",
    "Comune di Ravenna", "Comune di Reggio Emilia", "Comune di San Giuliano Terme", "Comune di Senigallia",
    "Comune di Torino", "Comune di Venezia", "Unione dei Comuni del Rubicone",
}  # fmt: skip
MEMBERS_2023 = (MEMBERS_2013 - {"Comune di Castelvetro di Modena"}) | {
    "Comune di Messina", "Comune di Modena", "Comune di Montesilvano", "Comune di Novellara", "Comune di Pontedera",
    "Comune di Viareggio", "Comune di Zagarolo", "Unione dei Comuni Terre dei Castelli",
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _reference_data(rows_of_module: None) -> None:
    load_reference_data()


def members(day: date, standing: Standing = Standing.IN) -> list[str]:
    """Names with that standing on that day, in order, doubles included."""
    rows = Membership.objects.members().on(day).filter(standing=standing)
    return sorted(rows.values_list("organisation__name", flat=True))


def counts() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in MODELS}


def test_how_many_rows_there_are() -> None:
    assert counts() == {
        "networks.Region": 21,
        "networks.Province": 107,
        "networks.Municipality": 142,
        "networks.Organisation": 171,
        "networks.Network": 2,
        "networks.Membership": 34,
        "networks.NetworkEvent": 12,
        "agreements.Agreement": 18,
        "agreements.Party": 63,
        "agreements.Signature": 27,
        "agreements.Commitment": 28,
        "agreements.Document": 14,
        "practices.CommonIndicator": 13,
        "practices.Theme": 12,
        "practices.TargetGroup": 7,
        "practices.Fund": 12,
        "practices.Reason": 8,
        "news.News": 1,
        "news.Document": 2,
    }


def test_loading_twice_changes_nothing() -> None:
    before = counts()
    load_reference_data()
    assert counts() == before


def test_every_row_is_valid() -> None:
    for model in MODELS:
        for row in model._default_manager.all():
            row.full_clean()


def test_fixtures_name_only_reference_models() -> None:
    named = {
        row["model"] for name in FIXTURES for row in json.loads(fixture_path(f"{name}.json").read_text(encoding="utf-8"))
    }
    assert {apps.get_model(name) for name in named} == set(MODELS)


def test_sort_names_are_what_save_would_write() -> None:
    towns = Municipality.objects.all()
    assert {t.pk: t.sort_name for t in towns} == {t.pk: fold(t.display_name) for t in towns}
    bodies = Organisation.objects.all()
    assert {o.pk: o.sort_name for o in bodies} == {o.pk: fold(o.name) for o in bodies}


# Places


def test_the_21_territories_have_their_own_tile() -> None:
    tiles = list(Region.objects.values_list("tile_row", "tile_column"))
    assert len(set(tiles)) == len(tiles) == 21
    assert {row for row, _ in tiles} <= set(range(1, 9))
    assert {column for _, column in tiles} <= set(range(1, 7))
    autonomous = Region.objects.filter(kind=Region.Kind.AUTONOMOUS_PROVINCE).values_list("nuts_code", "name")
    assert set(autonomous) == {("ITH1", "Provincia autonoma di Bolzano"), ("ITH2", "Provincia autonoma di Trento")}


def test_every_province_has_its_capital() -> None:
    capitals = Province.objects.annotate(n=Count("municipalities")).filter(municipalities__is_provincial_capital=True)
    assert capitals.distinct().count() == 107
    several = Municipality.objects.filter(is_provincial_capital=True, province__abbreviation="BT")
    assert list(several.values_list("name", flat=True)) == ["Andria", "Barletta", "Trani"]
    assert Municipality.objects.filter(is_provincial_capital=True).count() == 109


@pytest.mark.parametrize(
    ("code", "shown", "slug", "organisation"),
    [
        ("H223", "Reggio Emilia (RE)", "reggio-emilia", "Comune di Reggio Emilia"),
        ("H224", "Reggio Calabria (RC)", "reggio-calabria", "Comune di Reggio Calabria"),
        ("A952", "Bolzano/Bozen (BZ)", "bolzano", "Comune di Bolzano"),
        ("A345", "L'Aquila (AQ)", "l-aquila", "Comune dell'Aquila"),
        ("E463", "La Spezia (SP)", "la-spezia", "Comune della Spezia"),
        ("H501", "Roma (RM)", "roma", "Roma Capitale"),
        ("F839", "Napoli (NA)", "napoli", "Comune di Napoli"),
        ("D704", "Forlì (FC)", "forli", "Comune di Forlì"),
    ],
)
def test_names_of_towns(code: str, shown: str, slug: str, organisation: str) -> None:
    town = Municipality.objects.get(belfiore_code=code)
    assert (str(town), town.slug, town.organisation.name) == (shown, slug, organisation)


def test_every_town_has_its_organisation_and_territory() -> None:
    comuni = Organisation.objects.filter(kind=Organisation.Kind.MUNICIPALITY).select_related("municipality__province")
    assert {o.municipality_id for o in comuni} == set(Municipality.objects.values_list("pk", flat=True))
    assert all(o.municipality and o.region_id == o.municipality.province.region_id for o in comuni)


def test_unions_know_their_towns() -> None:
    unions = Organisation.objects.filter(kind=Organisation.Kind.UNION)
    assert {u.name: sorted(u.municipalities.values_list("name", flat=True)) for u in unions} == {
        "Unione dei Comuni del Rubicone": ["Gatteo", "San Mauro Pascoli", "Savignano sul Rubicone"],
        "Unione dei Comuni Terre dei Castelli": [
            "Castelnuovo Rangone", "Castelvetro di Modena", "Guiglia", "Marano sul Panaro", "Savignano sul Panaro",
            "Spilamberto", "Vignola", "Zocca",
        ],
    }  # fmt: skip


# The network


@pytest.mark.parametrize(
    ("day", "names"),
    [
        (date(2010, 9, 21), FOUNDERS),
        (date(2013, 9, 24), MEMBERS_2013),
        (date(2023, 11, 30), MEMBERS_2023),
        (date(2026, 3, 2), MEMBERS_2023),
    ],
)
def test_members_on_the_days_of_the_lists(day: date, names: set[str]) -> None:
    assert members(day) == sorted(names)


def test_how_many_the_members_were() -> None:
    assert [len(names) for names in (FOUNDERS, MEMBERS_2013, MEMBERS_2023)] == [10, 23, 30]
    assert members(date(2010, 9, 20)) == []


def test_what_is_uncertain_stays_uncertain() -> None:
    assert members(date(2013, 9, 24), Standing.UNCERTAIN) == []
    assert members(date(2010, 9, 21), Standing.UNCERTAIN) == []
    assert members(date(2022, 7, 31), Standing.UNCERTAIN) == [
        "Comune di Castelvetro di Modena", "Comune di Messina", "Comune di Novellara", "Comune di Pontedera",
        "Unione dei Comuni Terre dei Castelli",
    ]  # fmt: skip
    assert members(date(2023, 11, 30), Standing.UNCERTAIN) == ["Comune di Orvieto"]
    assert members(date(2026, 3, 2), Standing.UNCERTAIN) == ["Comune di Orvieto"]


@pytest.mark.parametrize(
    ("name", "day", "standing"),
    [
        ("Comune di Orvieto", date(2022, 7, 31), "out"),
        ("Comune di Orvieto", date(2022, 8, 1), "uncertain"),
        ("Comune di Palermo", date(2011, 1, 27), "out"),
        ("Comune di Palermo", date(2012, 6, 30), "uncertain"),
        ("Comune di Palermo", date(2013, 9, 24), "in"),
        ("Comune di Savignano sul Rubicone", date(2010, 9, 21), "in"),
        ("Comune di Savignano sul Rubicone", date(2012, 6, 30), "uncertain"),
        ("Comune di Savignano sul Rubicone", date(2013, 9, 24), "out"),
        ("Unione dei Comuni del Rubicone", date(2010, 9, 21), "out"),
        ("Comune di Castelvetro di Modena", date(2013, 11, 8), "in"),
        ("Comune di Castelvetro di Modena", date(2018, 1, 1), "uncertain"),
        ("Comune di Castelvetro di Modena", date(2023, 11, 30), "out"),
        ("Comune di Viareggio", date(2013, 9, 24), "out"),
        ("Comune di Modena", date(2017, 12, 31), "out"),
        ("Comune di Modena", date(2018, 12, 31), "in"),
    ],
)
def test_standing_on_a_day(name: str, day: date, standing: str) -> None:
    assert Membership.objects.on(day).get(organisation__name=name).standing == standing


def test_who_leads_and_coordinates() -> None:
    assert list(Membership.objects.leading().values_list("organisation__name", "role").order_by("role")) == [
        ("ICEI – Istituto Cooperazione Economica Internazionale", "coordinator"),
        ("Comune di Reggio Emilia", "lead"),
    ]


def test_every_membership_names_its_source() -> None:
    assert not Membership.objects.filter(source_url="").exists()
    assert "incerta" in Membership.objects.get(organisation__slug="comune-di-orvieto").note


def test_the_network_belongs_to_its_programme_and_has_a_history() -> None:
    network = Network.objects.get(slug="le-citta-del-dialogo")
    assert (str(network.programme), network.founded_on) == ("Città interculturali", date(2010, 9, 21))
    assert [(e.on.year, e.precision) for e in network.events.all()] == [
        (2010, "day"), (2010, "day"), (2011, "day"), (2011, "day"), (2012, "day"), (2013, "day"), (2013, "day"),
        (2017, "day"), (2019, "day"), (2023, "month"), (2023, "month"), (2025, "year"),
    ]  # fmt: skip
    assert network.doubts.count("\n") == 3


# Agreements


def test_the_framework_agreement_of_2013() -> None:
    agreement = Agreement.objects.get(slug="accordo-quadro-mlps-reggio-2013")
    assert (agreement.kind, agreement.signed_on, agreement.signed_on_precision) == ("framework", date(2013, 9, 24), "day")
    assert list(agreement.parties.values_list("organisation__name", flat=True)) == [
        "Ministero del Lavoro e delle Politiche Sociali",
        "Comune di Reggio Emilia",
    ]
    assert [(s.person, s.capacity, s.organisation.slug) for s in agreement.signatures.all() if s.organisation] == [
        ("Franco Corradini", "signatory", "comune-di-reggio-emilia"),
        ("Natale Forlani", "signatory", "ministero-del-lavoro-e-delle-politiche-sociali"),
        ("Maria Cecilia Guerra", "witness", "ministero-del-lavoro-e-delle-politiche-sociali"),
    ]
    assert list(agreement.commitments.values_list("code", "position", "title")) == [
        ("accordo-quadro-2013-1", 1, "Costruire e rafforzare reti per scambiare strumenti ed esperienze"),
        ("accordo-quadro-2013-2", 2, "Sviluppare interventi su scuola, lavoro, casa, territorio e servizi essenziali"),
        ("accordo-quadro-2013-3", 3, "Seguire nel tempo i risultati delle azioni"),
        (
            "accordo-quadro-2013-4",
            4,
            "Pubblicare i risultati sul Portale Integrazione Migranti, con uno spazio dove i comuni inseriscono buone "
            "pratiche, interventi ed esperienze positive",
        ),
    ]
    assert [n.slug for n in agreement.networks.all()] == ["le-citta-del-dialogo"]
    assert "testo dell'accordo non è stato trovato" in agreement.doubts


def test_the_declaration_of_2022_transposes_the_european_partnership() -> None:
    transposed = Agreement.objects.exclude(transposes=None).values_list("slug", "transposes__slug")
    assert list(transposed) == [("dichiarazione-intenti-2022", "partnership-integration-ue-2021")]
    declaration = Agreement.objects.get(slug="dichiarazione-intenti-2022")
    assert [s.person for s in declaration.signatures.all()] == ["Andrea Orlando", "Massimiliano Fedriga", "Matteo Biffoni"]
    assert declaration.commitments.count() == 3
    assert declaration.documents.count() == 4


def test_unknown_dates_stay_unknown() -> None:
    vague = Agreement.objects.exclude(signed_on__isnull=False, signed_on_precision="day").order_by("slug")
    assert list(vague.values_list("slug", "signed_on", "signed_on_precision")) == [
        ("accordi-mlps-regioni-2014", date(2014, 1, 1), "year"),
        ("carta-integrazione-rifugiati-2022", date(2022, 2, 1), "month"),
        ("convenzione-mlps-anci-portale", None, "day"),
        ("protocollo-saluzzo", date(2020, 1, 1), "year"),
    ]
    assert not Agreement.objects.filter(source_urls=[]).exists()
    assert not Agreement.objects.exclude(in_force_until=None).exists()


def test_who_joined_the_charter_later() -> None:
    charter = Agreement.objects.get(slug="carta-integrazione-rifugiati-2022")
    later = charter.parties.exclude(joined_by=None).values_list("organisation__name", "joined_by")
    assert list(later) == [
        ("Comune di Bologna", date(2024, 11, 30)),
        ("Comune di Brescia", date(2024, 11, 30)),
        ("Comune di Genova", date(2024, 11, 30)),
        ("Comune di Padova", date(2024, 11, 30)),
        ("Comune di Ravenna", date(2024, 11, 30)),
        ("Comune di Parma", date(2025, 11, 30)),
        ("Comune di Fidenza", date(2025, 11, 30)),
    ]


def test_summaries_are_lists() -> None:
    for agreement in Agreement.objects.all():
        assert agreement.summary.split("\n\n")[0].startswith("- ")


# Lists kept by the editors


def test_the_lists_of_the_two_agreements_come_first() -> None:
    assert list(Theme.objects.values_list("slug", flat=True))[:5] == [
        "educazione", "lavoro", "casa", "governo-del-territorio", "servizi-essenziali",
    ]  # fmt: skip
    assert list(TargetGroup.objects.values_list("slug", flat=True))[:4] == [
        "donne", "titolari-di-protezione", "minori-in-transizione", "lavoratori-vulnerabili",
    ]  # fmt: skip
    assert [list(m.objects.filter(description="")) for m in (Theme, TargetGroup, Fund)] == [[], [], []]


def test_reasons_begin_a_mail() -> None:
    """The mail's first line is «Buongiorno,»: the text goes on from there."""
    assert dict(Reason.objects.values_list("verb").annotate(n=Count("pk"))) == {"request_changes": 4, "reject": 4}
    assert all(text[0].islower() and text.endswith(".") for text in Reason.objects.values_list("mail_text", flat=True))


# News


def test_the_first_news_is_the_declaration_of_2022() -> None:
    first = News.objects.published().get()
    agreement = first.agreements.get()
    assert (first.published_on, agreement.slug) == (date(2022, 4, 12), "dichiarazione-intenti-2022")
    assert first.source_url in agreement.source_urls
    assert first.words == words_of(first)
    assert all((first.title_en, first.summary_en, first.text_en))
    # In our own words: nobody signs what the agreement does not name.
    assert all(person in first.text for person in agreement.signatures.values_list("person", flat=True))


# The classification of the practices, as fixtures/README.md says


def test_commitments_of_the_practices_follow_the_rule() -> None:
    listed = Membership.objects.members().on(date(2023, 11, 30)).filter(standing=Standing.IN)
    member_towns = set(Municipality.objects.filter(organisation__memberships__in=listed).values_list("pk", flat=True)) | set(
        Municipality.objects.filter(unions__memberships__in=listed).values_list("pk", flat=True)
    )
    agreed = set(Theme.objects.filter(position__lte=5).values_list("slug", flat=True))
    for line in practice_lines():
        practice = json.loads(line)
        content = practice["content"]
        named = [reading["indicator"] for reading in practice["readings"]]
        expected = []
        if (
            set(content["municipalities"]) & member_towns
            and {content["main_theme"], *content.get("other_themes", [])} & agreed
        ):
            expected.append("accordo-quadro-2013-2")
        if len(set(named)) < len(named):
            expected.append("accordo-quadro-2013-3")
        assert content.get("commitments", []) == expected, practice["slug"]
