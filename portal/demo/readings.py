"""A practice whose results are followed, with readings in every state. All of it is invented, and marked as demo text."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from networks.models import Organisation, User
from portal.demo.cases import MARK, invented
from practices import monitoring
from practices.models import Submission
from practices.moderation import editor, officer
from practices.monitoring import Said

TITLE = "Esempio di pratica seguita nel tempo"
SOURCE = "Testo dimostrativo: registro dello sportello"
INDICATORS = [
    {
        "common": "utenti-dello-sportello-nell-anno",
        "name": "",
        "unit": "",
        "baseline": "120",
        "target": "400",
        "direction": "neutral",
        "source": SOURCE,
    },
    {
        "common": None,
        "name": "Soddisfazione di chi usa lo sportello (dato dimostrativo)",
        "unit": "%",
        "baseline": None,
        "target": "80",
        "direction": "up",
        "source": SOURCE,
    },
]


def followed(now: datetime) -> Submission:
    """Published two years ago; its values were declared since, one corrected, one verified, one contested, one approximate."""
    by, first = (User.objects.get(email=f"{name}@demo.example") for name in ("torino", "redazione1"))
    torino = Organisation.objects.get(slug="comune-di-torino")
    begun = now - timedelta(days=730)
    towns = [town.belfiore_code for town in torino.own_municipalities()]
    values = invented(TITLE, towns, indicators=INDICATORS, stage="regular")
    draft = officer.start(torino, by=by, at=begun, values=values, is_demo=True)
    sent = officer.submit(draft, by=by, at=begun + timedelta(days=1), similar_seen=True)
    taken = editor.take(sent, by=first, at=begun + timedelta(days=2))
    live = editor.publish(taken, by=first, at=begun + timedelta(days=3))
    users, content = live.indicators.order_by("pk")
    year = begun.year
    said = [
        (users, Said(f"{year - 2}", date(year - 2, 12, 31), Decimal(180), "about", SOURCE)),
        (users, Said(f"{year - 1}", date(year - 1, 12, 31), Decimal(265), "", SOURCE)),
        (content, Said(f"primo semestre {year - 1}", date(year - 1, 6, 30), Decimal(62), "", SOURCE)),
        (content, Said(f"secondo semestre {year - 1}", date(year - 1, 12, 31), Decimal("71.5"), "", SOURCE)),
    ]
    at = begun + timedelta(days=10)
    _first, last, low, high = monitoring.declare(live.practice, by=by, at=at, said=said)
    monitoring.correct(last, by=by, at=at + timedelta(days=5), said=Said(last.period, last.on, Decimal(256), "", SOURCE))
    monitoring.verify(low, by=first, at=at + timedelta(days=6), note=f"{MARK} Visto il registro.")
    note = f"{MARK} Il registro dello sportello dice un'altra cosa: quante persone hanno risposto?"
    monitoring.contest(high, by=first, at=at + timedelta(days=6), note=note)
    newest = Said(f"{year}", date(year, 12, 31), Decimal(310), "over", SOURCE)
    monitoring.declare(live.practice, by=by, at=begun + timedelta(days=400), said=[(users, newest)])
    return live
