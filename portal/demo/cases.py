"""Cases in every step of moderation, so that every queue is worth opening. All of them are marked as demo text."""

from datetime import datetime, timedelta

from networks.models import Organisation, User
from practices.content import Content
from practices.models import Practice, Reason, Submission
from practices.moderation import editor, officer
from practices.moderation.replication import confirm_adaptation, dispute_adaptation
from practices.record import FIELDS

MARK = "Testo dimostrativo."


def invented(title: str, towns: list[str], **changes: object) -> Content:
    """A complete content that says of itself that it is invented."""
    words = f"{MARK} Qui l'ente scrive con parole proprie."
    return {
        "kind": "intervention",
        "title": title,
        "summary": f"{MARK} Un esempio di scheda, per provare il percorso dalla bozza alla decisione.",
        "main_theme": "servizi-essenziali",
        "other_themes": [],
        "action_type": "service",
        "tags": ["esempio"],
        "municipalities": towns,
        "context_population": 1000,
        "context_foreign_residents": 100,
        "context_source": MARK,
        "context_on": "2025",
        "target_groups": ["cittadinanza"],
        "target_description": words,
        "started_on": "2024",
        "stage": "running",
        "context": words,
        "problem": words,
        "objectives": words,
        "activities": f"{words}\n\n- prima attività d'esempio\n- seconda attività d'esempio",
        "participation": words,
        "funding_lines": [{"fund": "fondi-comunali", "amount": None, "from_year": 2024, "to_year": None}],
        "outputs": words,
        "results": words,
        "evaluation": "none",
        "difficulties": words,
        "lessons": words,
        "sustainability": words,
        "transferability": words,
        "office": "Ufficio dimostrativo",
        "office_email": "ufficio@demo.example",
        "contact_person": "Persona dimostrativa",
        "licence_accepted": True,
        "truth_declared": True,
        **changes,
    }


class Cases:
    """Makes the cases through the same verbs that people use, some days ago."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        people = {user.email.partition("@")[0]: user for user in User.objects.filter(email__endswith="@demo.example")}
        self.reggio, self.torino, self.rubicone = people["collabora.reggio"], people["torino"], people["rubicone"]
        self.first, self.second = people["redazione1"], people["redazione2"]

    def _ago(self, days: int) -> datetime:
        return self.now - timedelta(days=days)

    def _sent(self, by: User, slug: str, title: str, days: int, **changes: object) -> Submission:
        organisation = Organisation.objects.get(slug=slug)
        towns = [town.belfiore_code for town in organisation.own_municipalities()]
        values = invented(title, towns, **changes)
        made = officer.start(organisation, by=by, at=self._ago(days + 1), values=values, is_demo=True)
        return officer.submit(made, by=by, at=self._ago(days), similar_seen=True)

    def make(self) -> int:
        """One or more in each status that is not public, and a published chain of adaptations; how many."""
        reggio, torino, rubicone = "comune-di-reggio-emilia", "comune-di-torino", "unione-dei-comuni-del-rubicone"
        officer.start(
            Organisation.objects.get(slug=reggio),
            by=self.reggio,
            at=self._ago(2),
            values={"kind": "good_practice", "title": "Esempio di bozza appena cominciata", "summary": MARK},
            is_demo=True,
        )
        self._sent(self.torino, torino, "Esempio di scheda appena inviata", 1)
        self._sent(self.rubicone, rubicone, "Esempio di scheda che aspetta da giorni", 9, main_theme="casa")

        under_review = self._sent(self.reggio, reggio, "Esempio di scheda in esame", 6, main_theme="lavoro")
        editor.note(
            editor.take(under_review, by=self.first, at=self._ago(5)), by=self.first, at=self._ago(5), text=f"{MARK} Nota."
        )

        asked = editor.take(
            self._sent(self.torino, torino, "Esempio di richiesta di integrazioni", 8), by=self.first, at=self._ago(7)
        )
        editor.request_changes(
            asked,
            by=self.first,
            at=self._ago(4),
            reason=Reason.objects.filter(verb=Reason.Verb.REQUEST_CHANGES).order_by("pk")[0],
            text=f"{MARK} Mancano i numeri delle persone raggiunte.",
            remarks=[
                ("results", f"{MARK} Quante persone, in quanto tempo?"),
                ("difficulties", f"{MARK} Che cosa rifareste in modo diverso?"),
            ],
        )

        proposed = editor.take(
            self._sent(self.rubicone, rubicone, "Esempio di modifiche da confermare", 7), by=self.second, at=self._ago(6)
        )
        editor.propose(
            proposed,
            by=self.second,
            at=self._ago(3),
            values={"summary": f"{MARK} Un esempio di scheda con la sintesi riscritta dalla redazione, più breve."},
            text=f"{MARK} Proponiamo una sintesi più breve.",
        )

        refused = editor.take(
            self._sent(self.torino, torino, "Esempio di scheda respinta", 12), by=self.second, at=self._ago(11)
        )
        editor.reject(
            refused,
            by=self.second,
            at=self._ago(10),
            reason=Reason.objects.filter(verb=Reason.Verb.REJECT).order_by("pk")[0],
            text=f"{MARK} La scheda non riguarda l'integrazione.",
        )
        officer.withdraw(
            self._sent(self.reggio, reggio, "Esempio di scheda ritirata", 15), by=self.reggio, at=self._ago(14), text=MARK
        )
        self._claimed(reggio)
        self._adapted()
        return Submission.objects.filter(is_demo=True).count()

    def _adapted(self) -> None:
        """Four published practices, each from the one before: confirmed, abandoned, disputed."""
        reggio, torino, rubicone = "comune-di-reggio-emilia", "comune-di-torino", "unione-dei-comuni-del-rubicone"
        first = self._published(self.reggio, reggio, "Esempio di pratica da cui altri sono partiti", 60)
        second = self._published(self.torino, torino, "Esempio di adattamento riuscito", 50, first, "succeeded")
        third = self._published(self.rubicone, rubicone, "Esempio di adattamento abbandonato", 40, second, "abandoned")
        last = self._published(self.reggio, reggio, "Esempio di adattamento contestato", 30, third, "partly")
        confirm_adaptation(second.adaptations.get(), by=self.reggio, at=self._ago(45))
        confirm_adaptation(third.adaptations.get(), by=self.torino, at=self._ago(35))
        text = f"{MARK} Ci siamo solo parlati: la loro pratica è un'altra."
        dispute_adaptation(last.adaptations.get(), by=self.rubicone, at=self._ago(25), text=text)

    def _published(
        self, by: User, slug: str, title: str, days: int, origin: Submission | None = None, outcome: str = ""
    ) -> Submission:
        changes = f"{MARK} Qui l'ente scrive che cosa ha cambiato."
        known = {"origin_name": "", "origin_url": "", "year": 2024, "changes": changes, "outcome": outcome}
        rows = [{"origin": origin.practice.code, **known}] if origin else []
        sent = self._sent(by, slug, title, days, adaptations=rows)
        taken = editor.take(sent, by=self.first, at=self._ago(days - 1))
        return editor.publish(taken, by=self.first, at=self._ago(days - 2))

    def _claimed(self, slug: str) -> None:
        """An imported practice taken over and sent: its case shows the comparison with what is live."""
        organisation = Organisation.objects.get(slug=slug)
        practice = Practice.objects.visible().filter(organisation=organisation).order_by("pk")[0]
        draft = officer.claim(practice, organisation=organisation, by=self.reggio, at=self._ago(5))
        Submission.objects.filter(pk=draft.pk).update(is_demo=True)
        known = {
            "kind",
            "title",
            "summary",
            "main_theme",
            "municipalities",
            "target_groups",
            "context",
            "activities",
            "results",
        }
        filling = invented(draft.title, [])
        for section, names in _by_section(filling).items():
            values = {name: filling[name] for name in names if name not in known}
            draft = officer.save(
                draft,
                by=self.reggio,
                at=self._ago(4),
                section=section,
                values=values,
                seen=draft.section_versions.get(section, 0),
            )
        officer.submit(draft, by=self.reggio, at=self._ago(3), similar_seen=True)


def _by_section(content: Content) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in content:
        found.setdefault(FIELDS[name].section, []).append(name)
    return found
