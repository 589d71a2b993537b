"""What keeps the house in order where the linters cannot see: strings, templates, files."""

import re
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import get_commands
from django.urls import URLPattern, URLResolver, get_resolver

from portal import assets
from portal.addresses import ADDRESSES
from portal.demo.accounts import ACCOUNTS

ROOT = Path(settings.BASE_DIR)
SOURCES = ("portal", "networks", "agreements", "practices")
# From the bottom to the top, by app label: an app knows itself and those before it.
APPS = ("lib", "networks", "agreements", "practices", "news", "newsletter", "portal", "notes", "usage")
LEVEL = {label: level for level, label in enumerate(APPS)}


def files(folder: str, suffix: str) -> list[Path]:
    return sorted(path for path in (ROOT / folder).rglob(f"*{suffix}") if "__pycache__" not in path.parts)


def modules() -> list[Path]:
    """Our sources, without the migrations, which are written by a machine."""
    return [path for folder in SOURCES for path in files(folder, ".py") if "migrations" not in path.parts]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def wrong(paths: Iterable[Path], found_in: Callable[[Path, str], Iterable[str]]) -> dict[str, list[str]]:
    """What a rule finds in each file, where it finds anything."""
    looked = {name(path): sorted(found_in(path, path.read_text(encoding="utf-8"))) for path in paths}
    assert looked
    return {path: found for path, found in looked.items() if found}


# Directions ------------------------------------------------------------------------------------------------------
def test_our_apps_are_all_in_the_order() -> None:
    ours = {config.label for config in apps.get_app_configs() if config.name.split(".")[0] in SOURCES}
    assert ours == set(APPS)


def test_no_relation_points_up() -> None:
    """import-linter does not see a relation that is written as a string."""
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in LEVEL]
    relations = [
        (field, model._meta.app_label, field.related_model._meta.app_label)
        for model in models
        for field in [*model._meta.fields, *model._meta.many_to_many]
        if field.is_relation
    ]
    ours = [(str(field), own, other) for field, own, other in relations if other in LEVEL]
    assert len(ours) > 50
    assert [field for field, own, other in ours if LEVEL[other] > LEVEL[own]] == []


# Whose a template is: the longest beginning of its path that stands here. Who adds a folder says whose it is.
OWNERS = {
    "": "portal",  # base.html and the error pages
    "_components/": "lib",
    "_components/header.html": "portal",
    "_components/navigation.html": "portal",
    "_components/footer.html": "portal",
    "_components/breadcrumb.html": "portal",
    "_components/machines.html": "portal",
    "_components/guide.html": "portal",
    "_components/privacy.html": "portal",
    "_components/alert_form.html": "portal",
    "account/": "portal",
    "admin/": "portal",
    "admin/agreements/": "agreements",
    "admin/networks/": "networks",
    "admin/practices/": "practices",
    "agreements/": "agreements",
    "allauth/": "portal",
    "desk/": "practices",
    "embed/": "practices",
    "forms/": "lib",
    "handbook/": "portal",
    "mail/": "practices",
    "mail/message.html": "lib",
    "mail/networks/": "networks",
    "mail/notes/": "portal",
    "mail/newsletter/": "portal",
    "mail/observation/": "portal",
    "mfa/": "portal",
    "networks/": "networks",
    "notes/": "portal",
    "open_data/": "portal",
    "news/": "portal",
    "newsletter/": "portal",
    "pages/": "portal",
    "practices/": "practices",
    "socialaccount/": "portal",
    "usage/": "portal",
}
# Which addresses an owner may name: the beginnings of their names. Those without a namespace are the portal's.
NAMES: dict[str, tuple[str, ...]] = {
    "lib": (),
    "networks": ("admin:", "account_"),
    "agreements": ("agreements:", "admin:", "account_"),
    "practices": ("practices:", "identifiers:", "desk:", "embed:", "agreements:", "admin:", "account_"),
    "portal": ("",),
}


def owner_of_template(path: Path) -> str:
    inside = path.relative_to(ROOT / "templates").as_posix()
    return OWNERS[max((start for start in OWNERS if inside.startswith(start)), key=len)]


def owner_of_module(path: Path) -> str:
    return "lib" if path.is_relative_to(ROOT / "portal" / "lib") else name(path).partition("/")[0]


def test_every_folder_of_templates_has_an_owner() -> None:
    assert {f"{path.name}/" for path in (ROOT / "templates").iterdir() if path.is_dir()} <= set(OWNERS)


def test_no_template_names_an_address_of_an_app_above() -> None:
    def above(path: Path, text: str) -> list[str]:
        named = re.findall(r"""\{%\s*url\s+["']([^"']+)["']""", text)
        return [address for address in named if not address.startswith(NAMES[owner_of_template(path)])]

    assert wrong([*files("templates", ".html"), *files("templates", ".txt")], above) == {}


def test_of_the_portal_the_apps_import_the_library_alone() -> None:
    """import-linter's layers do not hold the modules of the portal that no layer names."""

    def above(path: Path, text: str) -> list[str]:
        imported = re.findall(r"^\s*(?:from|import) (portal\b[\w.]*)", text, re.MULTILINE)
        return [module for module in imported if not f"{module}.".startswith("portal.lib.")]

    assert wrong((path for path in modules() if owner_of_module(path) != "portal"), above) == {}


def test_the_addresses_of_models_are_those_of_models() -> None:
    """Django passes over a name that it does not know, and the links come out empty."""
    assert {label: hasattr(apps.get_model(label), "get_absolute_url") for label in ADDRESSES} == dict.fromkeys(
        ADDRESSES, True
    )


def test_no_module_names_an_address_of_an_app_above() -> None:
    """In `reverse("…")` and `redirect("…")`; what lies above has its address from `portal.addresses`."""

    def above(path: Path, text: str) -> list[str]:
        named = re.findall(r"""\b(?:reverse|reverse_lazy|redirect)\(\s*f?["']([^"'/]+)["']""", text)
        return [address for address in named if not address.startswith(NAMES[owner_of_module(path)])]

    assert wrong(modules(), above) == {}


# Templates and static files --------------------------------------------------------------------------------------
INLINE = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "script without src": re.compile(r"<script\b(?![^>]*\s(?:src\s*=|type=\"application/json\"))", re.IGNORECASE),
    "event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "javascript: address": re.compile(r"""=\s*["']?\s*javascript:""", re.IGNORECASE),
}


def inline(path: Path, text: str) -> list[str]:
    text = re.sub(r"\{#.*?#\}", "", text)
    return [what for what, pattern in INLINE.items() if pattern.search(text)]


def test_templates_have_no_inline_script_or_style() -> None:
    """The Content-Security-Policy would block them."""
    assert wrong(files("templates", ".html"), inline) == {}


def test_the_search_for_inline_script_and_style_finds_each_and_nothing_else() -> None:
    bad = '<p style="color: red"><style></style><script>x()</script><a onclick="x()" href="javascript:x()">'
    assert inline(ROOT, bad) == list(INLINE)
    good = '<script src="/static/x.js" type="module"></script><a class="on style" data-on="x" href="?style=1&on=2">{# style= #}</a>'
    assert inline(ROOT, good) == []


def keys(path: Path, text: str) -> list[str]:
    return re.findall(r"\{\{[^}|]*\bpk\s*\}\}", text)


def test_templates_write_keys_as_programs_read_them() -> None:
    """Without a format the thousandth comes out as 1.000, which no form takes back and no anchor finds."""
    assert wrong(files("templates", ".html"), keys) == {}


def test_the_search_for_keys_finds_those_without_a_format() -> None:
    bad, good = (
        '<input value="{{ account.pk }}" id="x-{{pk}}">',
        '{{ account.pk|stringformat:"d" }} {% url "x" account.pk %}',
    )
    assert (keys(ROOT, bad), keys(ROOT, good)) == (["{{ account.pk }}", "{{pk}}"], [])


def test_bootstrap_italia_has_the_files_that_are_used() -> None:
    assert {file for file in assets.USED if not finders.find(f"{assets.PREFIX}/{file}", find_all=True)} == set()
    assert {file for file in assets.USED if not (assets.assets_folder() / file).is_file()} == set()


def test_the_static_files_that_templates_name_exist() -> None:
    """With hashed names a missing one is an error of the whole page."""

    def missing(path: Path, text: str) -> list[str]:
        return [
            file
            for file in re.findall(r"""\{%\s*static\s+["']([^"']+)["']""", text)
            if not finders.find(file, find_all=True)
        ]

    assert wrong(files("templates", ".html"), missing) == {}


# Views -----------------------------------------------------------------------------------------------------------
# Open to everybody and yet no `public_page`: files look at who asks or at the link that somebody was given, as previews
# and invitations do, and the links of the newsletter's mails; a report or a feedback is sent with a token against forgery, in a
# cookie; the gateway signs people in, and the mailbox is there in the demo alone.
OPEN = {
    "practices.views.attachments.attachment",
    "practices.views.attachments.picture",
    "practices.views.sharing.preview",
    "practices.views.sharing.preview_file",
    "practices.views.sharing.preview_picture",
    "practices.views.invitation.invitation",
    "practices.views.invitation.sign_up",
    "practices.views.report.report",
    "practices.views.freshness.confirm_by_link",
    "portal.notes.feedback.feedback",
    "portal.newsletter.views.subscribing.subscribe",
    "portal.newsletter.views.subscribing.confirm",
    "portal.newsletter.views.preferences.preferences",
    "portal.newsletter.views.preferences.leave",
    "portal.news.files.picture",
    "portal.news.files.picture_copy",
    "portal.news.files.document",
    "portal.demo.mail.mailbox",
    "portal.gallery.view.gallery",
    "portal.gateway.start",
    "portal.gateway.finish",
    "portal.observation.csp_reports.report",
}


def callbacks(resolver: URLResolver) -> Iterator[Callable[..., Any]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield entry.callback
        else:
            yield from callbacks(entry)


def test_a_view_is_a_public_page_or_needs_a_login() -> None:
    """Of our own function views; the table of addresses by role and method tries all of them."""
    views = {f"{view.__module__}.{view.__qualname__}": view for view in callbacks(get_resolver())}
    ours = {
        label: view for label, view in views.items() if view.__module__.startswith(SOURCES) and "." not in view.__qualname__
    }
    assert len(ours) > 15
    # Django's middleware takes the missing attribute as True.
    declared = {label: (hasattr(view, "is_public"), getattr(view, "login_required", True)) for label, view in ours.items()}
    both_or_neither = {label for label, (is_public, needs_login) in declared.items() if is_public == needs_login}
    assert both_or_neither == OPEN & set(ours)


# Sources ---------------------------------------------------------------------------------------------------------
def test_no_module_has_a_name_that_says_nothing() -> None:
    """A module is named for what it does."""
    vague = {"utils", "helpers", "services", "managers", "signals", "misc", "common"}
    folders = [path for folder in SOURCES for path in (ROOT / folder).rglob("*") if path.is_dir()]
    assert [name(path) for path in [*modules(), *files("tests", ".py"), *folders] if path.stem in vague] == []


def test_no_source_is_too_long() -> None:
    """Split it by noun."""
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {path: lines for path, lines in lengths.items() if lines > 300} == {}


# The repository --------------------------------------------------------------------------------------------------
# In pieces, so that this file does not name them either.
REGISTRIES = [
    ".".join(pieces)
    for pieces in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("proxy", "golang", "org"),
        ("crates", "io"),
        ("deb", "debian", "org"),
        ("docker", "io"),
    )
]


def tracked_files() -> list[Path]:
    """What git knows of, as far as it is there."""
    listed = subprocess.run(
        ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / file for file in listed.stdout.split("\0") if file and (ROOT / file).is_file()]


def test_no_tracked_file_names_a_package_registry() -> None:
    """Where packages come from is the machine's business; an address in a file would bypass its settings."""
    texts = {name(path): path.read_bytes().decode("utf-8", "replace") for path in tracked_files()}
    assert [(path, host) for path, text in texts.items() for host in REGISTRIES if host in text] == []


def test_the_readme_names_every_folder_and_nothing_else() -> None:
    """Its map says of each top-level folder and of each package of the portal what it is for, and may go deeper."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```text\n(.+?)^```", readme, re.MULTILINE | re.DOTALL)
    paths = [line.split()[0] for line in shown.splitlines()]
    assert [path for path in paths if not (ROOT / path).exists()] == []
    tracked = [path.relative_to(ROOT).parts for path in tracked_files()]
    folders = {f"{parts[0]}/" for parts in tracked if len(parts) > 1} - {".ci/"}
    packages = {f"portal/{parts[1]}/" for parts in tracked if len(parts) > 2 and parts[0] == "portal"}
    assert (folders | packages) - set(paths) == set()


def documents() -> list[Path]:
    return [path for path in tracked_files() if path.suffix == ".md"]


def test_the_links_of_the_documents_lead_somewhere() -> None:
    """Those to files of this repository."""

    def dead(path: Path, text: str) -> list[str]:
        links = re.findall(r"\]\(([^)\s#:]+)(?:#[^)]*)?\)|^\[\w+\]: ([^\s:]+)$", text, re.MULTILINE)
        return [link for pair in links for link in pair if link and not (path.parent / link).exists()]

    assert wrong(documents(), dead) == {}


def test_the_commands_that_documents_name_exist() -> None:
    commands = get_commands().keys()

    def unknown(path: Path, text: str) -> list[str]:
        named = re.findall(r"manage\.py ([a-z_]+)", text)
        modules = re.findall(r"python -m (tests\.\w+)", text)
        return [name for name in named if name not in commands] + [
            module for module in modules if not list(ROOT.glob(f"{module.replace('.', '/')}*"))
        ]

    assert wrong(documents(), unknown) == {}


def test_the_steps_that_are_asked_for_by_name_are_steps() -> None:
    """`.ci/check Ruff Types`: in CONTRIBUTING.md and in what git runs."""
    titles = re.findall(r'^    step "([^"]+)"', (ROOT / ".ci" / "check").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(titles) > 10
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in ("CONTRIBUTING.md", ".pre-commit-config.yaml")]
    asked = {word for text in texts for line in re.findall(r"\.ci/check((?: [A-Z]\w+)+)", text) for word in line.split()}
    assert {word for word in asked if not any(title.startswith(word) for title in titles)} == set()
    assert asked != set()


def test_what_git_runs_is_here() -> None:
    """No hook comes from elsewhere."""
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repo["repo"] for repo in config["repos"]] == ["local"]
    hooks = config["repos"][0]["hooks"]
    assert [(hook["language"], hook["entry"].split()[0]) for hook in hooks] == [("system", ".ci/check")] * len(hooks)


def test_the_readme_names_every_account_of_the_demo() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = [line for line in readme.splitlines() if line.startswith("| `")]
    assert [email for row in rows for email in re.findall(r"`(\S+@demo\.example)`", row)] == [one.email for one in ACCOUNTS]


def test_the_readme_gives_each_command_on_one_line() -> None:
    """`.ci/run` takes them from there."""
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line.startswith("python3 -m venv .venv && ")]
    assert [line.rpartition(" && ")[2] for line in commands] == [
        ".venv/bin/python manage.py demo",
        ".venv/bin/python -m pytest -n 2 --dist worksteal",
    ]
