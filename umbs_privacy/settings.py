"""Settings, all from the environment. Profiles: `embedded` (default: SQLite, no servers) and `production`."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from umbs_privacy import environment as env
from umbs_privacy.logs import logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env.text("UMBS_VAR", str(BASE_DIR / "var")))
PROFILE = env.text("UMBS_PROFILE", "embedded")
PRODUCTION = PROFILE == "production"
DEMO = env.flag("UMBS_DEMO")
DEBUG = False

SECRET_KEY = env.secret("SECRET_KEY", fallback=None if PRODUCTION else VAR / "secrets" / "secret_key")
UMBS_KEK = env.secret("UMBS_KEK", fallback=None if PRODUCTION else VAR / "secrets" / "kek")

PUBLIC_BASE_URL = env.text("PUBLIC_BASE_URL", f"http://127.0.0.1:{env.number('PORT', 8000)}").rstrip("/")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "" if PRODUCTION else "127.0.0.1,localhost")
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]

INSTALLED_APPS = [
    "umbs_privacy.admin_config.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "umbs_privacy",
    "requests_app",
    *([] if env.flag("UMBS_SEAM_TEST") else ["fulfillment"]),
]
MIDDLEWARE = [
    "umbs_privacy.middleware.request_id",
    "umbs_privacy.middleware.company_time",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "umbs_privacy.middleware.no_store",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "umbs_privacy.urls"
WSGI_APPLICATION = "umbs_privacy.wsgi.application"
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
                "umbs_privacy.context.company",
            ],
        },
    },
]

FORM_RENDERER = "requests_app.forms.Uswds"

DATABASES = {"default": env.database(env.text("DATABASE_URL", f"sqlite:///{VAR / 'db.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- people and sessions -----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "requests_app.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/staff/"
ACCOUNT_ADAPTER = "umbs_privacy.accounts.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# Behind a set-up link one chooses a password and goes on to the second factor.
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
PASSWORD_RESET_TIMEOUT = 24 * 3600
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# Nobody signs up: an administrator made the account, and its address proves nothing that a second factor waits for.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "requests_app.services.second_factor.AuthenticateForm",
    "reauthenticate": "requests_app.services.second_factor.ReauthenticateForm",
}
UMBS_STAFF_MFA = env.flag("UMBS_STAFF_MFA", default=not DEMO)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_VERBOSE = False
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_CLIENT_IP_CALLABLE = "requests_app.visitor.address"
UMBS_TRUSTED_PROXIES = env.number("UMBS_TRUSTED_PROXIES", 0)
SESSION_ENGINE = "requests_app.sessions"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True

# --- what a browser may do ---------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    },
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb")
}
# Other sites are told nothing. "no-referrer" would do no more, but makes browsers send `Origin: null` with every form,
# which CSRF protection must refuse.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    LANGUAGE_COOKIE_SECURE = True
    LANGUAGE_COOKIE_NAME = "__Host-language"
    if UMBS_TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- words, numbers, places --------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "umbs_privacy.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
UMBS_TIME_ZONE = env.text("UMBS_TIME_ZONE", "America/Chicago")
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles" if PRODUCTION else None  # elsewhere the files are served from where they lie
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage",
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
UMBS_UPLOAD_MAX_BYTES = 20 * 1024 * 1024
# A file handed in is never written to disk unsealed: it comes through memory, within one bound.
FILE_UPLOAD_MAX_MEMORY_SIZE = UMBS_UPLOAD_MAX_BYTES + 1024 * 1024
FILE_UPLOAD_HANDLERS = ["requests_app.uploads.Bounded", "django.core.files.uploadhandler.MemoryFileUploadHandler"]
UMBS_MEDIA_URL = env.text("UMBS_MEDIA_URL", f"file://{VAR / 'media'}")

# --- mail --------------------------------------------------------------------------------------------------------
globals().update(env.mail(env.text("EMAIL_URL", f"file://{VAR / 'mailbox'}")))
DEFAULT_FROM_EMAIL = env.text("UMBS_MAIL_FROM", "privacy@umbs.example")

# --- the trade ---------------------------------------------------------------------------------------------------
UMBS_APPROVALS = env.number("UMBS_APPROVALS", 2)
UMBS_COOLING_OFF_HOURS = env.number("UMBS_COOLING_OFF_HOURS", 0 if DEMO else 48)
UMBS_EGRESS_ALLOW = env.words("UMBS_EGRESS_ALLOW")
UMBS_COMPANY = {
    "name": "United Medical Billing Solutions",
    "short": "UMBS",
    "address": ["11029 Shady Trl, Ste 123", "Dallas, TX 75229"],
    "phone": "469-942-7230",
    "officer": _("Chief Compliance Officer"),
    "site": "www.umbsbillingservices.com",
}

# --- work in the background --------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", "filesystem://")
UMBS_JOB_LEASE_SECONDS = env.number("UMBS_JOB_LEASE_SECONDS", 30)
UMBS_JOB_HEARTBEAT_SECONDS = env.number("UMBS_JOB_HEARTBEAT_SECONDS", 10)
UMBS_JOB_LIMIT_SECONDS = env.number("UMBS_JOB_LIMIT_SECONDS", 3600)  # of one attempt; then its process is killed
UMBS_JOB_SWEEP_SECONDS = env.number("UMBS_JOB_SWEEP_SECONDS", 5)
UMBS_JOB_STALE_SECONDS = env.number("UMBS_JOB_STALE_SECONDS", 20)

REST_FRAMEWORK = {
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_AUTHENTICATION_CLASSES": ["requests_app.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["requests_app.api.parsers.BoundedJSON"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "requests_app.api.exceptions.problem",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "UMBS Privacy",
    "DESCRIPTION": "Privacy-rights requests: intake for anyone, the case queue for staff tokens.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "ENUM_NAME_OVERRIDES": {
        "AgentKind": "requests_app.models.channels.Representation.Kind",
        "ClockKind": "requests_app.models.clock.Clock.Kind",
        "EventKind": "requests_app.models.event.EventKind",
        "CaseState": "requests_app.lifecycle.State",
        "SearchState": "requests_app.models.casefile.SystemSearch.State",
        "StepAction": "requests_app.models.changes.PlanStep.Action",
        "StepResult": "requests_app.models.changes.PlanStep.Result",
        "CorrectionResult": "requests_app.models.changes.CorrectionItem.Result",
    },
}

LOGGING_CONFIG = None
LOGGING = logging_config(level=env.text("UMBS_LOG_LEVEL", "INFO"))
