"""The addresses of every page type, for what walks over them in a browser with the demo's content."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.utils import timezone

from networks import invitations
from networks.models import Editor, Organisation, User
from portal.news.models import News
from portal.newsletter import links, subscribing
from portal.newsletter.models import Kind, Subscriber
from practices import freshness, sharing
from practices.models import Reading, Submission
from practices.models.choices import Status
from practices.moderation.replication import propose_adaptation
from practices.record import SECTIONS
from tests import make

# In Italian alone.
HANDBOOKS = (
    "/guida/",
    "/guida/lettura/",
    "/guida/enti/",
    "/guida/redazione/",
    "/guida/caporedazione/",
    "/guida/tecnica/",
    "/guida/glossario/",
)
CITIZEN = (
    "/",
    "/pratiche/",
    "/pratiche/?q=scuola&ambito=casa&territorio=toscana",
    "/pratiche/?q=nonesistedavvero",
    "/pratiche/torino-la-mia-citta-italiano-e-cittadinanza-per-donne/",
    "/pratiche/torino-la-mia-citta-italiano-e-cittadinanza-per-donne/riuso/",
    "/incorpora/pratiche/casa-dei-popoli/",
    "/incorpora/elenco/?ambito=casa",
    "/open-data/",
    "/open-data/api/",
    "/open-data/dizionario/",
    "/open-data/archivio/",
    "/statistiche/",
    "/statistiche/uso/",
    "/il-progetto/",
    "/come-partecipare/",
    "/contatti/",
    "/privacy/",
    "/note-legali/",
    "/accessibilita/",
    "/accessibilita/segnala/",
    "/accessibilita/segnala/inviata/",
    "/mappa-del-sito/",
    *HANDBOOKS,
    "/pratiche/centro-per-la-salute-della-famiglia-straniera/",
    "/pratiche/centro-per-la-salute-della-famiglia-straniera/versioni/",
    "/pratiche/centro-per-la-salute-della-famiglia-straniera/versioni/1/",
    "/pratiche/centro-per-la-salute-della-famiglia-straniera/segnala/",
    "/pratiche/centro-per-la-salute-della-famiglia-straniera/segnala/inviata/",
    "/pratiche/confronta/",
    "/pratiche/confronta/?p=casa-dei-popoli",
    "/pratiche/confronta/?p=torino-la-mia-citta-italiano-e-cittadinanza-per-donne&p=casa-dei-popoli&p=moschee-aperte-e-patto-di-condivisione",
    "/pratiche/non-esiste/",  # the page of what is not there
    "/cerca/?q=reggio",
    "/cerca/?q=nonesistedavvero",
    "/pratiche/?q=mediazione+culturale",
    "/ambiti/",
    "/ambiti/casa/",
    "/indicatori/",
    "/indicatori/posti-letto-disponibili/",
    "/pratiche/esempio-di-pratica-seguita-nel-tempo/",
    "/regioni/",
    "/regioni/emilia-romagna/",
    "/comuni/torino/",
    "/comuni/agrigento/",
    "/enti/unione-dei-comuni-del-rubicone/",
    "/enti/associazione-nazionale-dei-comuni-italiani/",
    "/reti/",
    "/reti/le-citta-del-dialogo/?data=2013-09-24",
    "/accordi/",
    "/accordi/?tipo=framework&q=reggio&parte=nessuno",
    "/accordi/accordo-quadro-mlps-reggio-2013/",
    "/accordi/dichiarazione-intenti-2022/",  # with a chain
    "/accordi/accordo-quadro-mlps-reggio-2013/impegni/accordo-quadro-2013-3/",
    "/accordi/accordo-quadro-mlps-reggio-2013/impegni/accordo-quadro-2013-1/",  # that nobody carries out
    "/accordi/accordo-quadro-mlps-reggio-2013/attuazione/",
    "/notizie/",
    "/notizie/?q=nonesistedavvero&tipo=event",
    "/notizie/dichiarazione-di-intenti-12-aprile-2022/",
    "/notizie/assemblea-di-prova/",  # an event to come, with everything
    "/newsletter/",
    "/newsletter/1/",
    "/newsletter/iscriviti/",
    "/newsletter/iscriviti/inviata/",
    "/newsletter/lasciata/",
    "/accesso/login/",
    "/accesso/signup/",
    "/accesso/password/reset/",
    "/accesso/password/reset/done/",
    "/accesso/password/reset/key/1-chiave/",  # that is not valid
    "/accesso/password/reset/key/done/",
    "/accesso/confirm-email/",
    "/accesso/confirm-email/chiave/",  # that is not valid
    "/accesso/inactive/",
    "/accesso/cancellato/",
    "/accesso/altri/login/cancelled/",
)
# Those that answer something else than 200.
TOLD = {
    "/pratiche/non-esiste/": 404,
    "/en/practices/non-esiste/": 404,
    "/pratiche/anteprima/1:no/": 404,
    "/accesso/altri/login/error/": 401,
}
# What has an address and is looked at by none of these, with the reason. What cannot be asked for with GET is no page anyway.
NOT_HERE = {
    **dict.fromkeys(
        (
            *(
                "robots",
                "security_txt",
                "sitemap",
                "sitemap_section",
                "usage_csv",
                "usage_json",
                "report_csv",
                "report_json",
            ),
            *(
                "statistics_csv",
                "open_data_file",
                "open_data_catalogue_file",
                "open_data_archive_file",
                "agreements:document",
            ),
            *("news:atom", "news:calendar", "news:picture", "news:picture_copy", "news:document", "newsletter:atom"),
            *("practices:atom", "practices:csv", "practices:json", "practices:attachment", "practices:picture"),
            *("practices:preview_file", "practices:preview_picture", "identifiers:record"),
            *("api:index", "api:description", "api:list", "api:one", "api:nothing"),
            *("desk:network_csv", "desk:readings_template", "desk:empty_form", "desk:receipt"),
            *("account_data_download", "mfa_download_recovery_codes"),
        ),
        "a file",
    ),
    **dict.fromkeys(("desk:places", "desk:authorities", "desk:origins", "mfa_login_webauthn"), "for a script"),
    **dict.fromkeys(("identifiers:practice", "open_data_catalogue"), "leads on"),
    "account_confirm_login_code": "leads on: nobody logs in with a code",
    "account_set_password": "leads on: who has no password comes from the gateway, and changes it there",
    "components": "on a developer's machine alone",
    **dict.fromkeys(("mfa_authenticate", "mfa_reauthenticate_webauthn"), "tests/test_browser_passkey.py"),
    **dict.fromkeys(("socialaccount_signup", "openid_connect_callback"), "tests/test_browser_gateway.py"),
}


def one(status: Status, town: str) -> int:
    return Submission.objects.filter(status=status, organisation__slug=town).order_by("pk")[0].pk


def officer_pages() -> Iterator[str]:
    draft = one(Status.DRAFT, "comune-di-reggio-emilia")
    yield "/scrivania/"
    yield "/scrivania/nuova/"
    yield "/scrivania/versioni/"
    yield "/scrivania/e-mail/"
    for page in ("email", "password/change", "dispositivi", "reauthenticate", "logout", "dati"):
        yield f"/accesso/{page}/"
    for page in ("2fa", "2fa/webauthn", "altri", "altri/login/error"):
        yield f"/accesso/{page}/"
    yield "/scrivania/incarichi/?nome=x"  # with an error
    yield "/scrivania/incarichi/?territorio=emilia-romagna"
    yield "/scrivania/incarichi/enti/comune-di-agrigento/"
    free = make.municipality("Paese di nessuno", "X999", sign="FC")
    yield f"/scrivania/incarichi/comuni/{free.slug}/"
    yield "/scrivania/incarichi/proposta/"
    yield "/scrivania/enti/comune-di-reggio-emilia/colleghi/"
    of = Organisation.objects.get(slug="comune-di-reggio-emilia")
    asked, manager = of.affiliations.requested().get(), of.affiliations.managers().get()
    yield f"/scrivania/incarichi/{asked.pk}/rifiuta/"
    yield f"/scrivania/incarichi/{of.affiliations.get(user__email__startswith='collabora').pk}/fine/"
    invitation = invitations.invite(of, email="x@demo.example", role="manager", by=manager.user, at=timezone.now())
    yield f"/scrivania/inviti/{invitation.token}/"
    for page in ("", "invio/", "anteprima/", "condivisione/", "segue/", "azioni/elimina/"):
        yield f"/scrivania/schede/{draft}/{page}"
    origin = Submission.objects.get(title="Esempio di adattamento riuscito").practice_id
    yield f"/scrivania/schede/{draft}/adattata-da/{origin}/"
    for section in SECTIONS:
        yield f"/scrivania/schede/{draft}/sezioni/{section.name}/"
    for status, town in (
        (Status.SUBMITTED, "unione-dei-comuni-del-rubicone"),
        (Status.UNDER_REVIEW, "comune-di-reggio-emilia"),
        (Status.CHANGES_REQUESTED, "comune-di-torino"),
        (Status.TO_CONFIRM, "unione-dei-comuni-del-rubicone"),
        (Status.WITHDRAWN, "comune-di-reggio-emilia"),
    ):
        yield f"/scrivania/schede/{one(status, town)}/"


def readings_pages() -> Iterator[str]:
    reading = Reading.objects.current().filter(declared_by__email="torino@demo.example").latest("pk")
    of = f"/scrivania/pratiche/{reading.indicator.practice_id}/rilevazioni/"
    yield from (of, f"{of}file/", f"/scrivania/rilevazioni/{reading.pk}/correzione/")
    yield f"/scrivania/indicatori/{reading.indicator_id}/chiusura/"


def adaptations_pages() -> Iterator[str]:
    """Of whom others began with a practice, and who is told of one that she began with."""
    ours = Submission.objects.get(title="Esempio di pratica da cui altri sono partiti").practice_id
    theirs = Submission.objects.get(title="Esempio di adattamento riuscito")
    reggio = Organisation.objects.get(slug="comune-di-reggio-emilia")
    told = propose_adaptation(theirs.practice, by=theirs.created_by, at=timezone.now(), to=reggio)
    yield "/scrivania/adattamenti/"
    for page in (f"{theirs.adaptations.get().pk}/conferma", f"{theirs.adaptations.get().pk}/contesta"):
        yield f"/scrivania/adattamenti/{page}/"
    for page in ("accetta", "rifiuta"):
        yield f"/scrivania/adattamenti/segnalati/{told.pk}/{page}/"
    yield f"/scrivania/pratiche/{ours}/rifatta/"
    yield f"/scrivania/pratiche/{theirs.practice_id}/anche-noi/"


# For who has just typed her password once more.
CONFIRMED = ("/accesso/dati/cancella/", "/accesso/2fa/totp/activate/", "/accesso/2fa/webauthn/add/")


def factor_pages(person: User) -> Iterator[str]:
    """Of who has an app that gives codes, codes for when it is lost, and a passkey."""
    make.add_second_factor(person)
    RecoveryCodes.activate(person)
    key = Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "Chiave"})
    for page in ("", "totp/deactivate/", "recovery-codes/", "recovery-codes/generate/", "reauthenticate/", "webauthn/"):
        yield f"/accesso/2fa/{page}"
    for page in ("edit", "remove"):
        yield f"/accesso/2fa/webauthn/keys/{key.pk}/{page}/"


def path_of(link: str) -> str:
    return urlsplit(link).path


def mail_pages() -> Iterator[str]:
    """What somebody sees with the link of a mail, without an account or before logging in."""
    now, person = timezone.now(), User.objects.get(email="responsabile.reggio@demo.example")
    wish = subscribing.ask(email="lettrice@example.org", language="it", kind="newsletter", at=now)
    reader = Subscriber.objects.create(email="lettore@example.org", language="it")
    reader.subscriptions.create(kind="newsletter", confirmed_at=now, told_on=now.date())
    yield from map(path_of, (links.to_confirm(wish), links.to_preferences(reader), links.to_leave(reader, Kind.NEWSLETTER)))
    live = Submission.objects.get(title="Esempio di adattamento contestato").practice
    yield path_of(freshness.link_for(live, person))
    new = EmailAddress.objects.create(user=person, email="nuova@demo.example")
    yield f"/accesso/confirm-email/{EmailConfirmationHMAC(new).key}/"
    of = Organisation.objects.get(slug="comune-di-reggio-emilia")
    invitation = invitations.invite(of, email="y@demo.example", role="contributor", by=person, at=now)
    yield f"/scrivania/inviti/{invitation.token}/"


def preview_pages() -> Iterator[str]:
    """What somebody without an account sees with a link: one that is valid, and one that is not."""
    draft = Submission.objects.get(pk=one(Status.DRAFT, "comune-di-reggio-emilia"))
    link = sharing.share(
        draft, by=User.objects.get(email="responsabile.reggio@demo.example"), at=timezone.now(), note="Sindaca"
    )
    yield f"/pratiche/anteprima/{link.token}/"
    yield "/pratiche/anteprima/1:no/"


def editor_pages() -> Iterator[str]:
    yield "/admin/"
    yield "/admin/practices/submission/"
    yield "/admin/practices/submission/?coda=tutte&q=esempio"
    case = one(Status.UNDER_REVIEW, "comune-di-reggio-emilia")
    compared = Submission.objects.filter(status=Status.SUBMITTED, practice__submissions__status=Status.PUBLISHED).get().pk
    yield f"/admin/practices/submission/{compared}/change/"
    yield f"/admin/practices/submission/{case}/change/"
    for decision in ("integrazioni", "respingi", "pubblica", "lascia"):
        yield f"/admin/practices/submission/{case}/azioni/{decision}/"
    yield f"/admin/practices/submission/{case}/fascicolo/?note=1"
    yield "/admin/practices/submission/per-conto/"
    yield f"/admin/practices/submission/{case}/proposta/"
    live = Submission.objects.filter(status=Status.PUBLISHED, practice__submissions__status=Status.SUPERSEDED).first()
    live = live or Submission.objects.filter(status=Status.PUBLISHED)[0]
    yield "/admin/practices/practice/?stato=pubblicate"
    yield f"/admin/practices/practice/{live.practice_id}/change/"
    for page in ("correzione/", "azioni/archivia/"):
        yield f"/admin/practices/practice/{live.practice_id}/{page}"
    yield "/admin/news/news/"
    yield f"/admin/news/news/{News.objects.earliest('pk').pk}/anteprima/"
    yield "/admin/networks/organisation/"
    yield "/admin/networks/affiliation/"
    yield "/admin/practices/theme/"
    yield "/admin/practices/reading/"
    reading = Reading.objects.current().filter(declared_by__email="torino@demo.example").latest("pk")
    yield f"/admin/practices/reading/{reading.pk}/change/"
    yield f"/admin/practices/reading/{reading.pk}/azioni/contesta/"


def chief_pages() -> Iterator[str]:
    case = one(Status.UNDER_REVIEW, "comune-di-reggio-emilia")
    yield f"/admin/practices/submission/{case}/azioni/riassegna/"
    yield "/admin/practices/submission/assenza/"
    yield "/admin/networks/editor/"
    yield "/admin/networks/editor/nomina/"
    yield f"/admin/networks/editor/{Editor.objects.get(email='redazione1@demo.example').pk}/congeda/"
    yield "/scrivania/e-mail/"
    yield "/admin/notes/note/"
