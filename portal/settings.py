"""Settings, read from the environment. Production is the default; DEVELOPMENT=1 is for a developer's machine.

Every variable is explained in `deploy/env.sample`.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from environs import Env

from portal import body, environment
from portal.addresses import ADDRESSES
from portal.observation import variables
from portal.release import release

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent

DEVELOPMENT: bool = env.bool("DEVELOPMENT", False)
DEMO: bool = DEVELOPMENT and env.bool("DEMO", False)
DEBUG: bool = DEVELOPMENT and env.bool("DEBUG", False)
# Everything that a running portal writes.
DATA_DIR: Path = env.path("DATA_DIR", BASE_DIR / "var")
SECRET_KEY = environment.secret_key(env, DATA_DIR if DEVELOPMENT else None)
ALLOWED_HOSTS = environment.allowed_hosts(env, development=DEVELOPMENT)
# Part of every page's ETag: new code must not be answered with "not modified".
RELEASE: str = env.str("RELEASE", "") or release(BASE_DIR)

INSTALLED_APPS = [
    "portal.admin_app.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_filters",
    # Before post_office, in the place of whose command it has its own.
    "portal.lib",
    "post_office",
    "taggit",
    "portal",
    "portal.notes",
    "portal.usage",
    "networks",
    "agreements",
    "practices",
    "portal.news",
    "portal.newsletter",
]

MIDDLEWARE = [
    "portal.observation.health.HealthMiddleware",
    "portal.observation.request_id.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.features.FeaturesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.private.PrivatePagesMiddleware",
    "portal.hostile.HostileAddressMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.language.PathLanguageMiddleware",
    "portal.usage.counting.CountingMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.private.LoginMiddleware",
    "portal.sessions.SessionEndMiddleware",
    "portal.second_factor.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.oversize.RequestSizeMiddleware",
    "portal.not_allowed.NotAllowedPageMiddleware",
]

# Pages tell what they cost, and there is one that costs nothing: for `manage.py benchmark` alone.
BENCHMARK: bool = env.bool("BENCHMARK", False)
if BENCHMARK:
    MIDDLEWARE.insert(0, "portal.benchmark.timing.TimingMiddleware")

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
ABSOLUTE_URL_OVERRIDES = ADDRESSES

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "portal.lib.templatetags.portal"],
        },
    },
    # post_office keeps mails as they were written: it only needs a name to find.
    {
        "BACKEND": "post_office.template.backends.post_office.PostOfficeTemplates",
        "APP_DIRS": True,
        "DIRS": [],
        "OPTIONS": {"context_processors": []},
    },
]

# An address typed without a scheme is https. (The setting goes away with Django 6, where this is so anyway.)
FORMS_URLFIELD_ASSUME_HTTPS = True
# Our own widgets' templates are in templates/forms/.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES: dict[str, Any] = {"default": environment.database(env, DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = environment.caches(env, DATA_DIR)

# People -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "networks.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "portal.signup.NameForm"
ACCOUNT_FORMS = {
    "signup": "portal.account_forms.SignUpForm",
    "reset_password": "portal.account_forms.ResetForm",  # nosec B105
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
# Only in the browser in which she signed up: a link that is found later logs nobody in.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
# One address a person: the new one takes the place of the old one once it is confirmed.
ACCOUNT_CHANGE_EMAIL = True
# Another address, another way in: whoever finds the browser open has to know the password.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_ADAPTER = "portal.accounts.AccountAdapter"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if DEVELOPMENT else "https"
ACCOUNT_SESSION_REMEMBER = False
# The others are allauth's own: 30 logins, 20 sign-ups a minute from one address, 5 wrong passwords in 5 minutes for one account.
ACCOUNT_RATE_LIMITS = {"reset_password": "20/m/ip,5/h/key"}  # nosec B105
ALLAUTH_TRUSTED_PROXY_COUNT = environment.trusted_proxies(env)
MFA_ADAPTER = "portal.accounts.SecondFactorAdapter"
MFA_FORMS = {"add_webauthn": "portal.passkeys.AddPasskeyForm", "edit_webauthn": "portal.passkeys.EditPasskeyForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Buone pratiche di integrazione"
# The code of the half minute before is good too: clocks differ, people type slowly.
MFA_TOTP_TOLERANCE = 1
# A passkey that asks for a finger or a PIN is two factors by itself.
MFA_PASSKEY_LOGIN_ENABLED = True
# Browsers allow passkeys without HTTPS on localhost alone.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEVELOPMENT
# Nobody logs in with an unconfirmed address anyway; without this, who has a second factor could never change hers.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Editors and chief editors need a second factor, except in the demo, which says so on its login page.
SECOND_FACTOR_FOR_EDITORS: bool = not DEMO
# The administration's gateway, when the environment names one: see docs/adr/0006-accounts.md.
SOCIALACCOUNT_ADAPTER = "portal.gateway.GatewayAdapter"
SOCIALACCOUNT_FORMS = {"signup": "portal.account_forms.GatewaySignUpForm"}
SOCIALACCOUNT_PROVIDERS = environment.gateway(env, development=DEVELOPMENT)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:dashboard"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"

# Moderation -------------------------------------------------------------------------------------------------------
# Days from the sending within which the editors answer.
REVIEW_DAYS: int = env.int("REVIEW_DAYS", 30)

# The public body that runs the portal ------------------------------------------------------------------------------
BODY = body.read(env)

# Words and time ---------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "it"
# By their own names, which are not translated: docs/adr/0009-english.md.
LANGUAGES = [("it", "Italiano"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Rome"
USE_TZ = True
FORMAT_MODULE_PATH = ["portal.formats"]
USE_THOUSAND_SEPARATOR = True

# Files ------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "portal.assets.BootstrapItaliaFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
# No MEDIA_URL: uploaded files are only ever served through the permission check.
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {**environment.storages(env, DATA_DIR), "staticfiles": {"BACKEND": "portal.assets.HashedStorage"}}
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
# Lines of the pages that were read and not counted yet.
USAGE_DIR = DATA_DIR / "usage"
UPLOAD_MAX_BYTES = 20 * 1024 * 1024
UPLOAD_MAX_FILES = 20
# Several files sent at once by a form, without script; with it each is sent by itself.
REQUEST_MAX_BYTES = 100 * 1024 * 1024
# The antivirus that looks into what is uploaded, where there is one: docs/adr/0026-antivirus.md.
CLAMAV_SOCKET = environment.clamav_socket(env)

# Mail: written to the queue in the transaction that causes it, sent by `manage.py send_queued_mail` ----------------------
EMAIL_BACKEND = "portal.lib.mail.QueueBackend"
_mail = env.dj_email_url("EMAIL_URL", "dummy://" if DEVELOPMENT else "smtp://localhost:25")
EMAIL_HOST, EMAIL_PORT = _mail.get("EMAIL_HOST", ""), _mail.get("EMAIL_PORT")
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_USER", ""), _mail.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", "buonepratiche@localhost")
# Where alerts that cannot be delivered come back to, to be read by `manage.py take_bounce`.
BOUNCE_ADDRESS: str = environment.bounce_address(env)
POST_OFFICE = {
    "BACKENDS": {"default": _mail["EMAIL_BACKEND"]},
    # One mail a transaction: a sender that is killed sends at most one of them twice.
    "BATCH_SIZE": 1,
    # One sender an installation, not one a machine.
    "LOCK_FILE_NAME": str(DATA_DIR / "send-queued-mail"),
    # Every three minutes for five days, as RFC 5321 (4.5.4.1) wants a mail server to do.
    "RETRY_INTERVAL": timedelta(minutes=3),
    "MAX_RETRIES": 5 * 24 * 20,
    # Only what failed is logged: that it was sent is in the row itself.
    "LOG_LEVEL": 1,
    "DEFAULT_PRIORITY": "medium",
    "TEMPLATE_ENGINE": "post_office",
}

# Browser ----------------------------------------------------------------------------------------------------------
SITE_URL: str = env.str(
    "SITE_URL", "http://localhost:8000" if DEVELOPMENT else f"https://{ALLOWED_HOSTS[0].lstrip('.')}"
).rstrip("/")
# Where the source of the running code is, as the AGPL wants readers to know.
SOURCE_URL: str = env.str("SOURCE_URL", "")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = not DEVELOPMENT
SESSION_ENGINE = "portal.sessions"
# After so long a session ends even of somebody who works all the time.
SESSION_COOKIE_AGE = 12 * 60 * 60
# Of who moderates also after so many minutes of doing nothing.
EDITOR_IDLE_MINUTES: int = environment.idle_minutes(env)
SECURE_SSL_REDIRECT: bool = env.bool("HTTPS_REDIRECT", not DEVELOPMENT)
SECURE_HSTS_SECONDS = 0 if DEVELOPMENT else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEVELOPMENT
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
BEHIND_PROXY: bool = env.bool("BEHIND_PROXY", False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Who leads from HTTP to HTTPS may be the proxy: `doctor --url` looks whether anybody does.
    SILENCED_SYSTEM_CHECKS = ["security.W008"]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # data: for the small pictures inside Bootstrap Italia's and the admin's style sheets.
        "img-src": [SELF, "data:"],
        # data: for a font of icons that Bootstrap Italia's style sheet carries; browsers load it even unused.
        "font-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
        # To the log: portal/observation/csp_reports.py.
        "report-uri": ["/csp/"],
    }
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# What is seen of the running portal: docs/operations.md -----------------------------------------------------------------
LOGGING = variables.logs(env, development=DEVELOPMENT)
ADMIN_MAIL: list[str] = variables.admin_mail(env)
# Requests are counted for `manage.py metrics` only where somebody reads the counts.
METRICS_PORT: int = variables.metrics_port(env)
METRICS_DIR = DATA_DIR / "metrics"
if METRICS_PORT:
    MIDDLEWARE.insert(1, "portal.observation.metrics.MetricsMiddleware")
