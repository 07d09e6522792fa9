"""Settings of the casework, from the environment; ``docs/administrator.en.md`` lists the variables."""

from __future__ import annotations

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from amana.casework.database import application_role, databases
from amana.casework.home import home, keys_folder
from amana.casework.keyfiles import secret


def flag(name: str, default: bool = False) -> bool:
    """A yes or no of the environment."""
    return os.environ.get(name, "1" if default else "0").strip().lower() in ("1", "true", "yes", "on")


os.umask(0o077)  # names stand in the database and its write-ahead file: for this account's eyes alone
HOME = home()
KEYS = keys_folder()
SECRET_KEY = secret(KEYS, "application").hex()
DEBUG = False
# Which people may sign in with one click.  The database must be marked as a demo as well (accounts.demo).
DEMO = flag("AMANA_DEMO")
BEHIND_TLS = flag("AMANA_TLS")
ALLOWED_HOSTS = [h for h in os.environ.get("AMANA_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if h]
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("AMANA_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "amana.casework",  # first: its templates stand before those of allauth
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.auth",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "amana.casework.audit",
    "amana.casework.accounts",
    "amana.casework.numbers",
    "amana.casework.places",
    "amana.casework.files",
    "amana.casework.jobs",
    "amana.casework.incidents",
    "amana.casework.sites",
    "amana.casework.alerts",
    "amana.casework.recovery",
    "amana.casework.missing",
    "amana.casework.families",
    "amana.casework.laboratory",
    "amana.casework.custody",
    "amana.casework.identification",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "amana.casework.common.middleware.strict_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "amana.casework.common.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "amana.casework.accounts.middleware.sessions_end",
    "amana.casework.accounts.middleware.second_factor_first",
    "amana.casework.common.middleware.time_zone_of_the_reader",
]

ROOT_URLCONF = "amana.casework.urls"
WSGI_APPLICATION = "amana.casework.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "amana.casework.common.context.page",
            ],
            "builtins": ["django.templatetags.i18n", "amana.casework.templatetags.amana"],
        },
    }
]

DATABASES = databases(HOME)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # Counters of failed sign-ins must outlive a restart and be shared by processes.
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(HOME / "cache"),
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # culling would forget failed sign-ins
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "amana.casework.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_FORMS = {
    "login": "amana.casework.accounts.signin_forms.LoginForm",
    "reauthenticate": "amana.casework.accounts.signin_forms.ReauthenticateForm",
    "change_password": "amana.casework.accounts.signin_forms.ChangePasswordForm",
}
ACCOUNT_RATE_LIMITS = {"login_failed": "5/10m/key,20/10m/ip", "reauthenticate": "10/m/user"}
MFA_ADAPTER = "amana.casework.accounts.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "amana.casework.accounts.signin_forms.AuthenticateForm",
    "reauthenticate": "amana.casework.accounts.signin_forms.ReauthenticateCodeForm",
    "activate_totp": "amana.casework.accounts.signin_forms.ActivateTOTPForm",
    "authenticate_webauthn": "amana.casework.accounts.signin_forms.AuthenticateWebAuthnForm",
    "reauthenticate_webauthn": "amana.casework.accounts.signin_forms.ReauthenticateWebAuthnForm",
    "login_webauthn": "amana.casework.accounts.signin_forms.LoginWebAuthnForm",
    "add_webauthn": "amana.casework.accounts.signin_forms.AddWebAuthnForm",
    "edit_webauthn": "amana.casework.accounts.signin_forms.EditWebAuthnForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = "Amana"
MFA_TOTP_TOLERANCE = 1  # phones in the field have clocks that are half a minute off
# A browser lets a passkey be made on https, and on http only for localhost.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not BEHIND_TLS
USERSESSIONS_TRACK_ACTIVITY = False  # it would write with every page; accounts.sessions notes now and then
# Behind a proxy the address that counts is the one the proxy saw, or one failing person would shut out all.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_TLS else 0

# Which office receives what the public reports; without it the first with an active operator.
ALERT_OFFICE = os.environ.get("AMANA_ALERT_OFFICE", "")

CSRF_COOKIE_AGE = None  # gone with the browser: it would say for a year that this site was visited
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = 365 * 86400 if BEHIND_TLS else 0
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

APPLICATION_ROLE = application_role()

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ar", _("Arabic"))]
LANGUAGE_COOKIE_NAME = "amana_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCAL_ZONE = os.environ.get("AMANA_TIME_ZONE", "Asia/Damascus")
LOCALE_PATHS = [str(Path(__file__).parent / "locale")]

STATIC_URL = "/static/"
STATIC_ROOT = str(HOME / "static")  # for whoever collects them; they are served from the packages as well
Path(STATIC_ROOT).mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(HOME / "files")},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A file too large for memory is sealed while it comes in, and never lies open in a temporary folder.
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "amana.casework.files.handlers.SealingHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
NINJA_PAGINATION_PER_PAGE = 50
NINJA_PAGINATION_CLASS = "amana.casework.common.reading.Pages"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # Where a fault arose, never its message: a database quotes whole rows, names included.
    "formatters": {"discreet": {"()": "amana.casework.common.logs.Discreet"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}
