"""The guards that `tests.mutations` takes away: where each one stands, what is left without it, and the tests that miss it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Mutation:
    """A guard, as a text that stands once in a file, and what stands there without it."""

    guard: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def apply(self, folder: Path) -> None:
        """Take the guard away in a checkout. ValueError where it does not stand there once."""
        path = folder / self.file
        text = path.read_text(encoding="utf-8")
        if text.count(self.old) != 1:
            raise ValueError(f"{self.guard}: stands {text.count(self.old)} times in {self.file}")
        path.write_text(text.replace(self.old, self.new), encoding="utf-8")


GUARD = "practices/moderation/guard.py"
MUTATIONS = [
    # Who may do what -------------------------------------------------------------------------------------------------
    Mutation(
        "moderation: the role of who acts",
        GUARD,
        "if not roles & set(transition.roles):",
        "if False:",
        ("tests/test_moderation_matrix.py",),
    ),
    Mutation(
        "moderation: the role, in what is allowed now",
        "practices/moderation/table.py",
        "if submission.status in t.sources and held & set(t.roles) and not _never(t.verb, submission, held)",
        "if submission.status in t.sources and not _never(t.verb, submission, held)",
        ("tests/test_decisions.py", "tests/test_desk.py"),
    ),
    Mutation(
        "moderation: the status that a verb starts from",
        GUARD,
        "if verb not in allowed_verbs(submission, roles):",
        "if False:",
        ("tests/test_moderation_matrix.py",),
    ),
    Mutation(
        "moderation: the role of who acts on a practice",
        GUARD,
        "if not roles_for(by, practice.organisation) & set(PRACTICE_ROLES[verb]):",
        "if False:",
        ("tests/test_moderation_practice.py", "tests/test_moderation_matrix.py"),
    ),
    Mutation(
        "moderation: nobody examines what is of their own organisation",
        "practices/moderation/table.py",
        "    if own:\n        return {Role.CONTRIBUTOR",
        "    if own and not user.is_editor:\n        return {Role.CONTRIBUTOR",
        ("tests/test_moderation_matrix.py",),
    ),
    Mutation(
        "moderation: two people decide",
        "practices/moderation/editor.py",
        "    if why := who_may_not_publish(submission).get(by.pk):\n        raise Forbidden(why)\n",
        "",
        ("tests/test_moderation_publishing.py", "tests/test_on_behalf.py"),
    ),
    Mutation(
        "moderation: a page from before the last event decides nothing",
        "practices/admin/decisions.py",
        'if found["seen"] != last:',
        "if False:",
        ("tests/test_decisions.py", "tests/test_editing.py"),
    ),
    Mutation(
        "desk: only what one may read",
        "practices/models/submission.py",
        "return kept.filter(own | sent & Q(organisation__in=user.coordinated_organisations()))",
        "return kept",
        ("tests/test_canary.py", "tests/test_access.py"),
    ),
    Mutation(
        "files: only of what is public, or to who may read it",
        "practices/views/attachments.py",
        "if Submission.objects.readable_by(request.user).filter(pk=found.submission_id).exists():",
        "if True:",
        ("tests/test_attachment_files.py",),
    ),
    Mutation(
        "preview: a link that was revoked opens nothing",
        "practices/models/preview_link.py",
        ", expires_at__gt=at, revoked_at__isnull=True)",
        ", expires_at__gt=at)",
        ("tests/test_sharing.py", "tests/test_canary.py"),
    ),
    Mutation(
        "preview: a link that has expired opens nothing",
        "practices/models/preview_link.py",
        ", expires_at__gt=at, revoked_at__isnull=True)",
        ", revoked_at__isnull=True)",
        ("tests/test_sharing.py",),
    ),
    Mutation(
        "public page: what is staff's or the organisation's own",
        "practices/presentation.py",
        "and (not public or (field.public and not field.in_head))",
        "and (not public or not field.in_head)",
        ("tests/test_canary.py",),
    ),
    Mutation(
        "pages are for who is logged in unless they say otherwise",
        "portal/settings.py",
        '    "portal.private.LoginMiddleware",\n',
        "",
        ("tests/test_access.py",),
    ),
    Mutation(
        "pages of people are not kept by a browser",
        "portal/private.py",
        'response.headers.setdefault("Cache-Control", "private, no-store")',
        "pass",
        ("tests/test_public_page.py", "tests/test_access.py"),
    ),
    Mutation(
        "editors: the second factor",
        "portal/settings.py",
        '    "portal.second_factor.SecondFactorMiddleware",\n',
        "",
        ("tests/test_second_factor.py",),
    ),
    Mutation(
        "forms: the token against forgery",
        "portal/settings.py",
        '    "django.middleware.csrf.CsrfViewMiddleware",\n',
        "",
        ("tests/test_access.py",),
    ),
    # Two at once -----------------------------------------------------------------------------------------------------
    Mutation(
        "lock: SQLite's writers wait for each other from the beginning",
        "portal/environment.py",
        '            "transaction_mode": "IMMEDIATE",\n',
        "",
        ("tests/test_races.py", "tests/test_settings.py"),
    ),
    Mutation(
        "a section that somebody else saved meanwhile",
        "practices/moderation/officer.py",
        "        raise Stale\n",
        "        pass\n",
        ("tests/test_section_stale.py", "tests/test_races.py"),
    ),
    Mutation(
        "a form that is sent twice",
        "practices/moderation/officer.py",
        "    if token and (existing := Submission.objects.filter(token=token).first()):",
        "    if False and (existing := Submission.objects.filter(token=token).first()):",
        ("tests/test_moderation_officer.py",),
    ),
    Mutation(
        "kept pages: what was made before a change is not shown after it",
        "portal/lib/page_cache.py",
        'return sha256(f"{version} {request.get_full_path()}"',
        'return sha256(f"{request.get_full_path()}"',
        ("tests/test_page_cache.py",),
    ),
    # What comes from outside -------------------------------------------------------------------------------------------
    Mutation(
        "addresses with a NUL",
        "portal/settings.py",
        '    "portal.hostile.HostileAddressMiddleware",\n',
        "",
        ("tests/test_access.py", "tests/test_hostile_values.py"),
    ),
    Mutation(
        "requests that are too large",
        "portal/settings.py",
        '    "portal.oversize.RequestSizeMiddleware",\n',
        "",
        ("tests/test_attachments_refused.py", "tests/test_section_files.py"),
    ),
    Mutation(
        "uploads: their size",
        "practices/attachments.py",
        "if (upload.size or 0) > settings.UPLOAD_MAX_BYTES:",
        "if False:",
        ("tests/test_attachments_refused.py",),
    ),
    Mutation(
        "uploads: a PDF that acts",
        "portal/lib/documents.py",
        "if any(_acts(top) for top in pdf.objects):",
        "if False:",
        ("tests/test_attachments_refused.py",),
    ),
    Mutation(
        "uploads: a document that is a bomb",
        "portal/lib/documents.py",
        "if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:",
        "if False:",
        ("tests/test_attachments_refused.py",),
    ),
    Mutation(
        "uploads: the pixels of a picture, before it is decoded",
        "practices/pictures.py",
        "if image.width * image.height > MAX_PIXELS[form]:",
        "if False:",
        ("tests/test_attachments_refused.py", "tests/test_attachments.py"),
    ),
    Mutation(
        "files: the browser does not run them",
        "portal/lib/files.py",
        '    response.headers["Content-Security-Policy"] = "default-src \'none\'; sandbox"\n',
        "",
        ("tests/test_attachment_files.py",),
    ),
    Mutation(
        "addresses that people write are http or https",
        "practices/forms/fields.py",
        'default_validators = [URLValidator(schemes=["http", "https"])]',
        "default_validators = []",
        ("tests/test_section_values.py",),
    ),
    # What goes out -------------------------------------------------------------------------------------------------------
    Mutation(
        "escape: what people wrote, in paragraphs",
        "portal/lib/templatetags/portal.py",
        "map(escape, lines)",
        "lines",
        ("tests/test_lib.py", "tests/test_presentation.py"),
    ),
    Mutation(
        "escape: what was searched, in the list",
        "practices/search/highlight.py",
        "pieces.append(conditional_escape(text[start:end]))",
        "pieces.append(text[start:end])",
        ("tests/test_search.py",),
    ),
    Mutation(
        "escape: what people wrote, in the mails that are pages",
        "portal/lib/mail.py",
        "escape(body.strip()))",
        "body.strip())",
        ("tests/test_mails.py",),
    ),
    Mutation(
        "spreadsheets take no cell for a formula",
        "portal/lib/sheets.py",
        """return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text""",
        "return text",
        ("tests/test_lib.py", "tests/test_exports.py"),
    ),
    Mutation(
        "headers: the policy of what a page may run",
        "portal/settings.py",
        '    "csp.middleware.CSPMiddleware",\n',
        "",
        ("tests/test_headers.py",),
    ),
    Mutation(
        "headers: HTTPS for a year",
        "portal/settings.py",
        "SECURE_HSTS_SECONDS = 0 if DEVELOPMENT else 365 * 24 * 60 * 60",
        "SECURE_HSTS_SECONDS = 0",
        ("tests/test_headers.py",),
    ),
    Mutation(
        "links of the newsletter are signed",
        "portal/newsletter/links.py",
        "return signing.loads(token, salt=salt, max_age=max_age)",
        'return signing.JSONSerializer().loads(signing.b64_decode(token.split(":")[0].encode()))',
        ("tests/test_subscribing.py",),
    ),
    Mutation(
        "limits: of what is sent from one address",
        "portal/settings.py",
        'ACCOUNT_RATE_LIMITS = {"reset_password": "20/m/ip,5/h/key"}',
        "ACCOUNT_RATE_LIMITS = False",
        ("tests/test_accounts_limits.py",),
    ),
    Mutation(
        "production: a key that nobody can guess",
        "portal/environment.py",
        "    if len(key) < 50:",
        "    if False:",
        ("tests/test_settings.py",),
    ),
    Mutation(
        "production: the names that it answers to",
        "portal/environment.py",
        '    if any(host in {"*", "."} for host in hosts):',
        "    if False:",
        ("tests/test_settings.py",),
    ),
]
