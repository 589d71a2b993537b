"""The clock is set back thirty days between one step and the next, as after a dead battery, and then right again.

The processes see it through `wrong_clock/sitecustomize.py`: the product's code knows nothing of it.
"""

import re
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.urls import reverse
from post_office.models import STATUS, Email

from networks.models import User
from practices.models import Event, Submission
from tests import make
from tests.demo import free_port
from tests.drills.outcome import Outcome
from tests.drills.people import Officer, Person, Seen, editors
from tests.drills.site import Engine, Site
from tests.html_forms import data_of, forms_of
from tests.invariants import broken
from tests.mail_server import Inbox, server
from tests.nodes import Node
from tests.samples import pdf

GOAL = "order and tokens stay right"
DAYS, DAY = 30, 24 * 60 * 60
NEW, FORGETFUL = "nuova@example.org", "officer1@example.org"


def run(short: bool, engines: Sequence[Engine]) -> list[Outcome]:
    """The same in both forms."""
    return [on(engine) for engine in engines]


class Clock:
    """What the processes of a site take for the time: a file says by how many seconds it is wrong."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "clock"
        self.variables = {"PYTHONPATH": str(Path(__file__).parent / "wrong_clock"), "WRONG_CLOCK": str(self.file)}
        self.set(0)

    def set(self, days: int) -> None:
        """At once, for processes that run too."""
        unfinished = self.file.with_suffix(".new")
        unfinished.write_text(str(days * DAY))
        unfinished.rename(self.file)


def on(engine: Engine) -> Outcome:
    """One case from the draft to the publication, two links by mail, a session each."""
    port, inbox = free_port(), Inbox()
    with engine.site("clock", EMAIL_URL=f"smtp://127.0.0.1:{port}", MAIL_FROM="portale@example.org") as site:
        clock = Clock(site.folder)
        node = site.node(**clock.variables)
        trial = _Trial(site, node)
        trial.before()
        # Nobody answers: these wait for another try, which is set by the clock that is right.
        site.manage("send_queued_mail", **clock.variables)
        clock.set(-DAYS)
        trial.expect(
            "the clock is set back",
            float(site.python("-c", "import time; print(time.time())", **clock.variables)) < time.time() - (DAYS - 1) * DAY,
            True,
        )
        trial.after()
        with server(inbox, port):
            site.manage("send_queued_mail", **clock.variables)
        clock.set(0)
        trial.again()
        found = site.inside("clock.verdict", pk=trial.pk)
    trial.expect("mails that wait", found["waiting"], 0)
    trial.expect("verbs in order", found["verbs"], ["start", "submit", "take", "publish"])
    trial.expect("drafts of one form", found["of_the_token"], 1)
    trial.expect("confirmed", found["confirmed"], True)
    trial.expect("password changed", found["changed"], True)
    wrong = [*trial.wrong, *found["broken"], *trial.seen.bare]
    return Outcome(
        drill=f"clock set back {DAYS} days",
        engine=engine.name,
        goal=GOAL,
        is_reached=not wrong and not trial.seen.counts,
        acknowledged=trial.steps,
        lost=len(wrong),
        errors=trial.seen.counts,
        note="; ".join(wrong[:10]),
    )


class _Trial:
    """The steps, and what went otherwise than it should."""

    def __init__(self, site: Site, node: Node) -> None:
        self.site, self.seen, self.wrong, self.steps = site, Seen(), [], 0
        self.officer = Officer(site, node, 0, self.seen)
        self.stranger = Person(node, NEW, self.seen)
        self.visitor = Person(node, "", self.seen)
        self.editor = next(editors(site, node, self.seen))

    def expect(self, what: str, found: Any, wanted: Any) -> None:
        """Note what is not as it should be."""
        self.steps += 1
        if found != wanted:
            self.wrong.append(f"{what}: {found!r}")

    def before(self) -> None:
        """While the clock is right: a draft is begun, links are sent, a list is read."""
        self.officer.log_in()
        self.officer.learn()
        self.form = {
            "organisation": self.officer.organisation,
            "kind": "good_practice",
            "title": "Pratica d'un mese prima",
            "token": str(uuid.uuid4()),
        }
        self.start = self.officer.post(reverse("desk:start"), self.form)["Location"]
        self.pk = int(self.start.split("/")[3])
        self.officer.upload(self.pk, pdf("prima"))
        signing = data_of(self.stranger.patiently(reverse("account_signup")))
        typed = {"full_name": "Nuova", "email": NEW, "password1": make.PASSWORD, "password2": make.PASSWORD}
        self.expect("signed up", self.stranger.post(reverse("account_signup"), {**signing, **typed}).status_code, 302)
        self.visitor.patiently(reverse("account_reset_password"))
        self.visitor.post(reverse("account_reset_password"), {"email": FORGETFUL})
        self.links = self.site.inside("clock.links")
        self.listed = self.visitor.patiently(reverse("practices:list"))

    def after(self) -> None:
        """A month earlier by the clock: everything goes on."""
        self.expect("session", self.officer.patiently(reverse("desk:dashboard")).status_code, 200)
        self.expect("the form sent twice", self.officer.post(reverse("desk:start"), self.form)["Location"], self.start)
        self.officer.write(self.pk, self.form["title"], "un mese prima.")
        self.officer.upload(self.pk, pdf("dopo"))
        self.officer.send(self.pk)
        queue = self.editor.patiently(reverse("admin:practices_submission_changelist"))
        self.expect("in the editors' queue", f"/{self.pk}/change/" in queue.content.decode(), True)
        for verb in ("prendi", "pubblica"):
            path = reverse("admin:practices_submission_decide", args=[self.pk, verb])
            data = data_of(self.editor.patiently(path), "case-form")
            self.expect(verb, self.editor.post(path, {**data, "confirm": "1"}).status_code, 302)
        tag = {"If-None-Match": self.listed["ETag"]}
        now = self.visitor.patiently(reverse("practices:list"), **tag)
        self.expect("the list is new", (now.status_code, self.form["title"] in _text(now.content.decode())), (200, True))
        confirmation = self.stranger.patiently(self.links["confirm"])
        self.expect("the link that confirms", confirmation.status_code, 200)
        self.stranger.post(self.links["confirm"], {})
        reset = self.visitor.patiently(self.links["reset"])
        self.expect("the link that resets", reset.status_code, 302)
        form = self.visitor.patiently(reset["Location"])
        self.expect("the form that resets", [data for _a, data in forms_of(form) if "password1" in data] != [], True)
        self.visitor.post(reset["Location"], {"password1": "tutta-un-altra-frase", "password2": "tutta-un-altra-frase"})
        # Somebody logs in by the wrong clock.
        late = Officer(self.site, self.officer.node, 2, self.seen)
        late.log_in()
        self.expect("logged in by the wrong clock", late.patiently(reverse("desk:dashboard")).status_code, 200)

    def again(self) -> None:
        """The clock is right again: whoever was logged in before still is, and the page stays new."""
        self.expect("session, later", self.officer.patiently(reverse("desk:dashboard")).status_code, 200)
        page = self.visitor.patiently(reverse("practices:list"), **{"If-None-Match": self.listed["ETag"]})
        self.expect("the list, later", (page.status_code, self.form["title"] in _text(page.content.decode())), (200, True))


def _text(page: str) -> str:
    return page.replace("&#x27;", "'").replace("&#39;", "'")


def links() -> dict[str, str]:
    """In the site: the paths of the two links that were just sent."""
    found = {}
    for name, email in (("confirm", NEW), ("reset", FORGETFUL)):
        text = next(one.message for one in Email.objects.order_by("-pk") if one.to == [email])
        found[name] = re.findall(r"https?://[^/\s]+(/\S+)", text)[0]
    return found


def verdict(pk: int) -> dict[str, Any]:
    """In the site: what is there in the end."""
    one = Submission.objects.get(pk=pk)
    return {
        "waiting": Email.objects.exclude(status=STATUS.sent).count(),
        "verbs": list(Event.objects.filter(submission=one).order_by("pk").values_list("verb", flat=True)),
        "of_the_token": Submission.objects.filter(title=one.title).count(),
        "confirmed": EmailAddress.objects.get(email=NEW).verified,
        "changed": User.objects.get(email=FORGETFUL).check_password("tutta-un-altra-frase"),
        "broken": broken(),
    }
