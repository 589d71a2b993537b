"""Officers and editors at work through HTTP, who try again as people do when an answer is lost."""

import hashlib
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.http import HttpResponse
from django.urls import reverse
from lxml import html

from tests import make
from tests.drills.site import Site
from tests.html_forms import data_of
from tests.nodes import Browser, Node
from tests.samples import pdf

FORM = "application/x-www-form-urlencoded"
# A text of each section that has one: what was typed there tells which submission it belongs to.
WORDS = {
    "identity": "summary",
    "territory": "context_source",
    "people": "target_description",
    "why": "context",
    "how": "activities",
    "means": "staff",
    "results": "outputs",
    "lessons": "lessons",
    "contacts": "office",
}
PATIENCE = 90  # seconds that a person tries again
PAUSE = 0.05


@dataclass
class Seen:
    """What users were answered. `bare`: what was neither a success nor a clear page that says what to do."""

    counts: Counter[str] = field(default_factory=Counter)
    bare: list[str] = field(default_factory=list)
    well_at: list[float] = field(default_factory=list)
    ill_at: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answered(self, path: str, answer: HttpResponse) -> None:
        """An answer: well, or ill; a clear 503 and 507 say what to do, when, in Italian or to programs."""
        now, status = time.monotonic(), answer.status_code
        with self.lock:
            if status < 500:
                self.well_at.append(now)
                return
            self.ill_at.append(now)
            self.counts[str(status)] += 1
            if not is_clear(answer):
                self.bare.append(f"{status} {path}")

    def cut(self) -> None:
        """A connection that ended without an answer."""
        with self.lock:
            self.ill_at.append(time.monotonic())
            self.counts["cut"] += 1

    def well_after(self, moment: float) -> float:
        """Seconds from a moment to the next success."""
        return min((at for at in self.well_at if at > moment), default=float("inf")) - moment

    def ill_after(self, moment: float) -> float:
        """Seconds from a moment to the last answer that was none."""
        return max([at - moment for at in self.ill_at if at > moment], default=0.0)


def is_clear(answer: HttpResponse) -> bool:
    """A page, or an answer for programs, that says in Italian what happened, and when to try again."""
    said = answer.content.decode()
    words = "Il portale torna tra poco" if answer.status_code == 503 else "Lo spazio del server è esaurito"
    return answer.status_code in (503, 507) and words in said and int(answer.get("Retry-After", "0")) > 0


def said(answer: HttpResponse) -> str:
    """The status, and the words of the page, for who looks for what went wrong."""
    text = answer.content.decode()
    if text.lstrip().startswith("<"):
        page = html.document_fromstring(text)
        text = " ".join((page.find(".//main") if page.find(".//main") is not None else page).text_content().split())
    return f"{answer.status_code} {answer.get('Location', '')} {text}"


@dataclass(frozen=True)
class Sent:
    """A submission whose sending was acknowledged: what must be there of it."""

    pk: int
    title: str
    mark: str
    sha256: str


class Person(Browser):
    """Somebody who logs in, and who repeats what was not answered."""

    def __init__(self, node: Node, email: str, seen: Seen) -> None:
        super().__init__()
        self.node, self.email, self.seen = node, email, seen

    @property
    def token(self) -> str:
        """Against forged forms; it changes with the login."""
        return str(self.cookies["csrftoken"].value)

    def once(self, path: str, **options: Any) -> HttpResponse:
        """One request. OSError where no answer comes."""
        try:
            answer = self._asked(self.node, path, **options)
        except OSError:
            self.seen.cut()
            raise
        self.seen.answered(path, answer)
        return answer

    def patiently(self, path: str, **options: Any) -> HttpResponse:
        """The same request until it is answered well."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            try:
                answer = self.once(path, **options)
            except OSError:
                answer = None
            if answer is not None and answer.status_code < 500:
                return answer
            time.sleep(PAUSE)
        raise TimeoutError(f"{self.email}: {path} was not answered for {PATIENCE} s")

    def posting(self, path: str, data: dict[str, Any], **headers: str) -> dict[str, Any]:
        """A form as it is posted from its own page."""
        body = urlencode({**data, "csrfmiddlewaretoken": self.token}, doseq=True)
        return {"method": "POST", "body": body, "Content-Type": FORM, "Referer": f"https://localhost{path}", **headers}

    def post(self, path: str, data: dict[str, Any], **headers: str) -> HttpResponse:
        """Until it is answered well."""
        return self.patiently(path, **self.posting(path, data, **headers))

    def log_in(self) -> None:
        """Address and password; for an editor also the code."""
        address = reverse("account_login")
        data = data_of(self.patiently(address), "desk-form")
        page = self.post(address, {**data, "login": self.email, "password": make.PASSWORD})
        if page.get("Location") == reverse("mfa_authenticate"):
            counter = next(iter(yield_hotp_counters_from_time()))
            code = str(format_hotp_value(hotp_value("PROVAPROVAPROVA2", counter)))
            page = self.post(page["Location"], {**data_of(self.patiently(page["Location"]), "desk-form"), "code": code})
        assert page.status_code == 302, (self.email, page.status_code)


class Officer(Person):
    """Writes submissions for her town, section by section, with a file, and sends them."""

    def __init__(self, site: Site, node: Node, number: int, seen: Seen) -> None:
        account = site.world["officers"][number]
        super().__init__(node, account["email"], seen)
        self.number, self.organisation, self.model = number, account["organisation"], account["model"]
        self.written = 0
        self.forms: dict[str, dict[str, list[str]]] = {}

    def learn(self) -> None:
        """What a browser sends of each section of a complete draft."""
        for section in WORDS.keys() | {"time"}:
            self.forms[section] = data_of(self.patiently(reverse("desk:section", args=[self.model, section])))

    def begin(self, title: str) -> int:
        """A draft: its number."""
        data = {"organisation": self.organisation, "kind": "good_practice", "title": title, "token": str(uuid.uuid4())}
        answer = self.post(reverse("desk:start"), data)
        assert answer.status_code == 302, said(answer)
        return int(answer["Location"].split("/")[3])

    def section(self, section: str, mark: str) -> dict[str, Any]:
        """A section as it is sent for the first time, with something in it that tells whose it is."""
        data: dict[str, Any] = {**self.forms[section], "seen": "0"}
        if name := WORDS.get(section):
            data[name] = f"{data[name][0]} {mark}"
        return data

    def write(self, pk: int, title: str, mark: str) -> None:
        """Every section; one of them as the page's script saves it."""
        for section in self.forms:
            data, json = self.section(section, mark), {}
            path = reverse("desk:section", args=[pk, section])
            if section == "identity":
                data["title"] = title
            if section == "why":
                path, json = reverse("desk:autosave", args=[pk, section]), {"Accept": "application/json"}
            answer = self.post(path, data, **json)
            assert answer.status_code == (200 if json else 302), (path, said(answer))

    def uploading(self, pk: int, data: bytes) -> tuple[str, dict[str, Any]]:
        """A file as the page's script sends it."""
        boundary = uuid.uuid4().hex
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="relazione.pdf"\r\n'
        body = f"{head}Content-Type: application/pdf\r\n\r\n".encode() + data + f"\r\n--{boundary}--\r\n".encode()
        path = reverse("desk:upload", args=[pk])
        headers = {"Accept": "application/json", "X-CSRFToken": self.token, "Referer": f"https://localhost{path}"}
        kind = f"multipart/form-data; boundary={boundary}"
        return path, {"method": "POST", "body": body, "Content-Type": kind, **headers}

    def upload(self, pk: int, data: bytes) -> None:
        """201, or 200 where the answer to the first attempt was lost."""
        path, options = self.uploading(pk, data)
        answer = self.patiently(path, **options)
        assert answer.status_code in (200, 201), said(answer)

    def send(self, pk: int) -> None:
        """To the editors."""
        answer = self.post(reverse("desk:send", args=[pk]), {"similar_seen": "on"})
        assert answer.get("Location") == reverse("desk:case", args=[pk]), said(answer)

    def submit_one(self) -> Sent:
        """From the empty form to the acknowledgement of the sending."""
        self.written += 1
        title = f"Pratica {self.number}-{self.written}"
        mark = f"di {title}."
        pk, file = self.begin(title), pdf(f"{self.email} {self.written}")
        self.write(pk, title, mark)
        self.upload(pk, file)
        self.send(pk)
        return Sent(pk, title, mark, hashlib.sha256(file).hexdigest())


class Load:
    """Officers who write at once until it is enough, each in a thread."""

    def __init__(self, site: Site, node: Node, officers: int) -> None:
        self.seen = Seen()
        self.officers = [Officer(site, node, number, self.seen) for number in range(officers)]
        self.acknowledged: list[Sent] = []
        self.failed: list[BaseException] = []
        self.enough = threading.Event()
        for officer in self.officers:
            officer.log_in()
        first = self.officers[0]
        first.learn()
        for officer in self.officers[1:]:
            officer.forms = first.forms

    def begin(self) -> None:
        """Everybody at once."""
        self.threads = [threading.Thread(target=self._work, args=(officer,), daemon=True) for officer in self.officers]
        for thread in self.threads:
            thread.start()

    def wait_for(self, number: int, until: float) -> bool:
        """Until so many were acknowledged, or it is so late (by `time.monotonic`); whether they were."""
        while len(self.acknowledged) < number and not self.failed and time.monotonic() < until:
            time.sleep(0.01)
        return len(self.acknowledged) >= number

    def end(self) -> list[Sent]:
        """Everybody finishes what she is at. Raises what went wrong for one of them."""
        self.enough.set()
        for thread in self.threads:
            thread.join()
        if self.failed:
            raise self.failed[0]
        return self.acknowledged

    def told(self) -> list[dict[str, Any]]:
        """What was acknowledged, for `tests.drills.world.verdict`."""
        return [asdict(sent) for sent in self.acknowledged]

    def figures(self, found: dict[str, list[str]], *notes: str) -> dict[str, Any]:
        """What `tests.drills.world.verdict` found, for an Outcome."""
        counted = {name: len(found[name]) for name in ("lost", "doubled", "in_part")}
        wrong = [*self.seen.bare, *chain.from_iterable(found.values())][:10]
        return {
            "acknowledged": len(self.acknowledged),
            "errors": self.seen.counts,
            "note": "; ".join([*notes, *wrong]),
            **counted,
        }

    def _work(self, officer: Officer) -> None:
        try:
            while not self.enough.is_set():
                self.acknowledged.append(officer.submit_one())
        except BaseException as error:  # told by who waits for the threads
            self.failed.append(error)


def editors(site: Site, node: Node, seen: Seen) -> Iterator[Person]:
    """The editors, logged in."""
    for email in site.world["editors"]:
        person = Person(node, email, seen)
        person.log_in()
        yield person
