"""What the kinds of pages are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LABELS: dict[str, Promise] = {
    "home": _("Pagina iniziale"),
    "practices:list": _("Elenco delle pratiche"),
    "practices:practice": _("Pagina di una pratica"),
    "practices:reuse": _("Scheda di riuso"),
    "practices:history": _("Cronologia di una pratica"),
    "practices:version": _("Versione di una pratica"),
    "practices:compare": _("Confronto fra pratiche"),
    "practices:reported": _("Segnalazione inviata"),
    "practices:atom": _("Pratiche in Atom"),
    "practices:csv": _("Pratiche in CSV"),
    "practices:json": _("Pratiche in JSON"),
    "identifiers:practice": _("Identificativo permanente"),
    "search": _("Ricerca"),
    "territories": _("Territori"),
    "territory": _("Pagina di un territorio"),
    "city": _("Pagina di un Comune"),
    "organisation": _("Pagina di un ente"),
    "themes": _("Ambiti"),
    "theme": _("Pagina di un ambito"),
    "indicators": _("Indicatori comuni"),
    "indicator": _("Pagina di un indicatore"),
    "networks": _("Reti di città"),
    "network": _("Pagina di una rete"),
    "agreements": _("Accordi e impegni"),
    "agreement": _("Pagina di un accordo"),
    "commitment": _("Pagina di un impegno"),
    "report": _("Attuazione di un accordo"),
    "report_csv": _("Attuazione in CSV"),
    "report_json": _("Attuazione in JSON"),
    "agreements:document": _("Documento di un accordo"),
    "news:list": _("Notizie ed eventi"),
    "news:news": _("Pagina di una notizia"),
    "news:atom": _("Notizie in Atom"),
    "news:calendar": _("Evento per il calendario"),
    "statistics": _("Statistiche"),
    "statistics_csv": _("Statistiche in CSV"),
    "usage": _("Uso del portale"),
    "usage_csv": _("Uso del portale in CSV"),
    "usage_json": _("Uso del portale in JSON"),
    "notes:about": _("Il progetto"),
    "notes:take_part": _("Come partecipare"),
    "notes:contacts": _("Contatti"),
    "notes:privacy": _("Privacy"),
    "notes:legal": _("Note legali"),
    "notes:accessibility": _("Accessibilità"),
    "notes:feedback_sent": _("Segnalazione di accessibilità inviata"),
    "notes:site_map": _("Mappa del sito"),
}


def label(route: str) -> str:
    """The name of a kind of page; of one that is no more, what the addresses called it."""
    return str(LABELS.get(route, route))
