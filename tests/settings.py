"""The portal's settings for the tests: development, plain static files, a database and files of their own."""

import os
import tempfile

os.environ["DEVELOPMENT"] = "1"
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="buone-pratiche-tests-"))

from portal.settings import *  # noqa: F403
from portal.settings import BASE_DIR, DATABASES, STATIC_ROOT, STORAGES
from portal.translations import compile_catalogues

# Months in small letters and English addresses come from our own catalogues, which Django reads once, while it starts. The
# process that starts the others comes here first.
compile_catalogues(BASE_DIR / "locale")

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Each test's rows are rolled back, and the content version with them: tests/test_page_cache.py keeps pages.
    "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    "fragments": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: threads and live servers share it, and it is what runs in production.
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(os.environ["DATA_DIR"], "test.sqlite3")}
    # A test's rows need not survive a power cut; tests/test_settings.py looks at what production does.
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
