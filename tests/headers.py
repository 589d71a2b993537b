"""What every answer tells the browser, whoever asks."""

from typing import Any

from portal.features import POLICY

# One more directive where a page shows another of ours in a frame, or is shown in one; the embeds are another matter.
STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "manifest-src": "'self'",
    "report-uri": "/csp/",
}
MORE = {
    "desk:preview": {"frame-ancestors": "'self'"},
    "admin:practices_submission_change": {"frame-src": "'self'"},
}


def policy(response: Any) -> dict[str, str]:
    """The directives of the content security policy."""
    said = response.headers.get("Content-Security-Policy", "")
    parts = (one.strip().partition(" ") for one in said.split(";") if one.strip())
    return {name: value for name, _space, value in parts}


def missing(name: str, response: Any) -> list[str]:
    """What an answer of this address does not say as it should; the policy of files and embeds has tests of its own."""
    said = response.headers
    kept = said.get("Cache-Control", "")
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": POLICY,
        "Cross-Origin-Resource-Policy": "cross-origin" if kept.startswith("public") else "same-origin",
    }
    wrong = [f"{header}: {said.get(header)}" for header, value in wanted.items() if said.get(header) != value]
    if said.get("Referrer-Policy") not in {"strict-origin-when-cross-origin", "no-referrer"}:
        wrong.append(f"Referrer-Policy: {said.get('Referrer-Policy')}")
    if not kept.startswith("public") and kept not in {"private, no-store", "private, no-cache"} and "no-store" not in kept:
        wrong.append(f"Cache-Control: {kept}")
    if kept.startswith("public") and (response.cookies or "cookie" in said.get("Vary", "").lower()):
        wrong.append(f"a cookie: {dict(response.cookies)} {said.get('Vary')}")
    found = policy(response)
    # Who is led to the login has not reached the page.
    if "sandbox" not in found and not name.startswith("embed:") and found not in (STRICT, {**STRICT, **MORE.get(name, {})}):
        wrong.append(f"Content-Security-Policy: {found}")
    if not name.startswith("embed:") and said.get("X-Frame-Options") not in {
        "DENY",
        "SAMEORIGIN" if name in MORE else "DENY",
    }:
        wrong.append(f"X-Frame-Options: {said.get('X-Frame-Options')}")
    return wrong
