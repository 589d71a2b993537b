"""A mail server that is down, silent or slow, and a sender that is killed."""

import contextlib
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from post_office.models import STATUS, Email

from networks.models import User
from portal.lib import mail
from practices.moderation import officer
from tests import make
from tests.demo import free_port
from tests.drills.outcome import Outcome
from tests.drills.people import Load
from tests.drills.site import Engine, Site
from tests.mail_server import Inbox, server, silent

KILLED = "every mail arrives, at most one double for each kill"
BACK = "every mail arrives ≤ 5 min after the server is back"
FORM = "sending a form not slowed by more than 10 %"
KINDS = ("down", "silent", "slow")
MINUTE, WITHIN = 60, 300  # seconds
SLOWED = 1.10


def run(short: bool, engines: Sequence[Engine]) -> list[Outcome]:
    """In the long form the minutes go by as they do; in the short one they are taken for gone."""
    outcomes = []
    for engine in engines:
        kinds = KINDS[:2] if short else KINDS
        outcomes += [_killed(engine, 2 if short else 8), _forms(engine, short)]
        with ThreadPoolExecutor(len(kinds)) as pool:
            outcomes += pool.map(lambda kind, engine=engine: _away(engine, kind, short), kinds)
    return outcomes


def _sender(site: Site) -> "subprocess.Popen[bytes]":
    """As its timer starts it."""
    command = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), "send_queued_mail"]
    return subprocess.Popen(command, env=site.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _site(port: int) -> dict[str, str]:
    return {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "MAIL_FROM": "portale@example.org"}


def _killed(engine: Engine, kills: int) -> Outcome:
    inbox, port = Inbox(0.05), free_port()
    with engine.site("sender", **_site(port)) as site, server(inbox, port):
        queued = site.inside("mail.queue", number=10 * kills)
        done = 0
        while site.inside("mail.waiting"):
            running, before = _sender(site), len(inbox.arrived)
            ends = time.monotonic() + 120
            # Killed while it sends; the last is left alone.
            while running.poll() is None and (done >= kills or len(inbox.arrived) < before + 3):
                assert time.monotonic() < ends, "the sender does nothing"
                time.sleep(0.01)
            if running.poll() is None:
                running.send_signal(signal.SIGKILL)
                running.wait()
                done += 1
    lost, doubled = _compared(queued, inbox)
    return Outcome(
        drill=f"mail sender killed {done} times",
        engine=engine.name,
        goal=KILLED,
        is_reached=not lost and doubled <= done == kills,
        acknowledged=len(queued),
        lost=lost,
        doubled=doubled,
    )


def _away(engine: Engine, kind: str, short: bool) -> Outcome:
    """A minute without a server that answers, while the timer starts a sender every minute; then it is back."""
    port = free_port()
    with engine.site(f"mail-{kind}", **_site(port)) as site:
        queued = site.inside("mail.queue", number=2 if short else 5)
        inbox = Inbox(1) if kind == "slow" else Inbox()
        timer = _Timer(site, 1 if short else MINUTE)
        with contextlib.ExitStack() as stack:
            if kind == "slow":
                stack.enter_context(server(inbox, port))
            said_nothing = stack.enter_context(silent(port)) if kind == "silent" else None
            timer.begin()
            if said_nothing and short:
                # Whoever waits is let go at once.
                _wait_until(lambda: said_nothing.taken, 60)
                stack.close()
            if kind != "slow":
                _wait_until(lambda: site.inside("mail.tried"), 150)
                stack.close()
                stack.enter_context(server(inbox, port))
            back = time.monotonic()
            if short:
                site.inside("mail.three_minutes_later")
            _wait_until(lambda: set(inbox.subjects()) >= set(queued), WITHIN + MINUTE)
            recovery = time.monotonic() - back
            timer.end()
    lost, doubled = _compared(queued, inbox)
    return Outcome(
        drill=f"mail server {kind}",
        engine=engine.name,
        goal=BACK,
        is_reached=not lost and not doubled and recovery <= WITHIN,
        acknowledged=len(queued),
        lost=lost,
        doubled=doubled,
        recovery=recovery,
    )


def _compared(queued: list[str], inbox: Inbox) -> tuple[int, int]:
    """How many did not arrive, and how many came once too often."""
    arrived = inbox.subjects()
    return len(set(queued) - set(arrived)), sum(arrived.values()) - len(arrived)


def _wait_until(holds: Callable[[], object], seconds: float) -> None:
    """Or until so many seconds have gone by: what has not arrived then is counted as lost."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends and not holds():
        time.sleep(0.2)


class _Timer:
    """Cron: a sender every so many seconds, whether or not the one before has ended."""

    def __init__(self, site: Site, seconds: float) -> None:
        self.site, self.seconds = site, seconds
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.running: list[subprocess.Popen[bytes]] = []

    def begin(self) -> None:
        self.thread.start()

    def _run(self) -> None:
        while not self.over.is_set():
            self.running = [one for one in self.running if one.poll() is None]
            # A third would be turned away as the second is.
            if len(self.running) < 2:
                self.running.append(_sender(self.site))
            self.over.wait(self.seconds)

    def end(self) -> None:
        self.over.set()
        self.thread.join()
        for one in self.running:
            one.kill()
            one.wait()


def _forms(engine: Engine, short: bool) -> Outcome:
    """The same sending by turns with a sender that hangs on a silent server, and without one."""
    rounds, each, port = (1, 3, free_port()) if short else (5, 20, free_port())
    with engine.site("forms", **_site(port)) as site:
        load = Load(site, site.node(), 1)
        by = load.officers[0]
        drafts = site.inside("mail.drafts", number=2 * rounds * each)
        site.inside("mail.queue", number=100)
        times: dict[bool, list[float]] = {False: [], True: []}
        for _round in range(rounds):
            for is_hanging in (False, True):
                with contextlib.ExitStack() as stack:
                    if is_hanging:
                        taken = stack.enter_context(silent(port)).taken
                        running = _sender(site)
                        stack.callback(running.wait)
                        stack.callback(running.kill)
                        ends = time.monotonic() + 60
                        while not taken:
                            assert time.monotonic() < ends, "the sender does nothing"
                            time.sleep(0.01)
                    for _n in range(each):
                        pk = drafts.pop()
                        begun = time.monotonic()
                        by.send(pk)
                        times[is_hanging].append(time.monotonic() - begun)
        sent = site.inside("mail.sent", number=2 * rounds * each)
        counts = load.seen.counts
    without, hanging = (statistics.median(times[which]) for which in (False, True))
    ratio = hanging / without
    return Outcome(
        drill="a form is sent while the mail server is silent",
        engine=engine.name,
        goal=FORM,
        # A few are too few to be timed; that none waits for the mail server they do show.
        is_reached=not counts and sent["lost"] == 0 and (short or ratio <= SLOWED),
        acknowledged=2 * rounds * each,
        lost=sent["lost"],
        errors=counts,
        note=f"median {hanging * 1000:.0f} ms, {without * 1000:.0f} ms without: ×{ratio:.2f}",
    )


def queue(number: int) -> list[str]:
    """In the site: so many mails; their subjects."""
    subjects = [f"Numero {n}" for n in range(number)]
    for subject in subjects:
        mail.queue(["anna@comune.example"], subject, f"Perché è la {subject}: è così.")
    return subjects


def waiting() -> int:
    """In the site: mails that were not sent."""
    return Email.objects.exclude(status=STATUS.sent).count()


def tried() -> bool:
    """In the site: every mail was tried once, in vain."""
    return not Email.objects.filter(status=STATUS.queued).exists()


def three_minutes_later() -> int:
    """In the site: until the next try."""
    return Email.objects.filter(status=STATUS.requeued).update(scheduled_time=None)


def drafts(number: int) -> list[int]:
    """In the site: complete ones of the first officer, by their numbers."""
    by = User.objects.get(email="officer0@example.org")
    of = by.affiliations.get().organisation
    made = [officer.start(of, by=by, at=timezone.now(), values=make.values(title=f"Pratica {n}")) for n in range(number)]
    return [one.pk for one in made]


def sent(number: int) -> dict[str, int]:
    """In the site: each sending has its receipt in the queue."""
    receipts = Email.objects.filter(subject__startswith="Ricevuta").count()
    return {"lost": number - receipts}
