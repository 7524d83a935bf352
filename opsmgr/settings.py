"""Settings: read from the environment (or .env), safe for production by default.

Every value that an operator may set is read here by name, once. `manage.py up`
turns on what the demo needs; see .env.example for the list.
"""

import logging
import os
from pathlib import Path

from opsmgr.environment import Environment
from opsmgr.logs import logging_config

# A worker computes on one core: its threads would wait for each other where cores are shared,
# many times longer than they compute. Read when numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment(BASE_DIR)
env.also("PORT", "LISTEN_HOST", "WEB_WORKERS", "TRUSTED_PROXIES")  # opsmgr/gunicorn_conf.py
env.also("TEST_DATABASE_URL", "TEST_REDIS_URL", "POSTGRES_PASSWORD")  # `test`; docker compose

# -- what an operator sets ---------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env(
    "SECRET_KEY",
    needed="Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(64))'",
)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
ALLOWED_HOSTS += ["127.0.0.1"]  # a container's health check asks from inside
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SECURE_COOKIES = env.bool("SECURE_COOKIES", default=True)
COMPANY_CURRENCY = env("COMPANY_CURRENCY", default="GBP")
CURRENCY_RATES = env.rates("CURRENCY_RATES")  # company currency per unit of another
TIME_ZONE = env.zone("SHOP_TIME_ZONE", default="Europe/London")
REDIS_URL = env.url("REDIS_URL", default="redis://127.0.0.1:6379/0")
DATABASES = {"default": env.db("DATABASE_URL", default="postgres://postgres@127.0.0.1:5432/opsmgr")}
DATABASES["default"] |= {
    "CONN_MAX_AGE": env.int("DB_CONN_MAX_AGE", default=600),
    "CONN_HEALTH_CHECKS": True,
    "ATOMIC_REQUESTS": False,
}
EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="shop@localhost")
INSTANCE_ID = env("INSTANCE_ID", default="")  # /healthz repeats it; `up` finds itself by it
API_RATE_PER_MINUTE = env.int("API_RATE_PER_MINUTE", default=6000)  # per token; 0: no limit
WEBHOOKS_TO_PRIVATE = env.bool("WEBHOOKS_TO_PRIVATE", default=DEBUG)  # addresses inside
METRICS_TOKEN = env("METRICS_TOKEN", default="")
LOGGING = logging_config(
    level=env.choice("LOG_LEVEL", "INFO", {"DEBUG", "INFO", "WARNING", "ERROR"}),
    form=env.choice("LOG_FORMAT", "json", {"json", "console"}),
)
# Whether `collectstatic` has run; without it files are served from where they lie.
STATIC_COLLECTED = env.bool("STATIC_COLLECTED", default=not DEBUG)

# -- wiring ------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "opsmgr.apps.OpsmgrConfig",
    "kpis.apps.KpisConfig",
    "support.apps.SupportConfig",
    "fraud.apps.FraudConfig",
    "returns.apps.ReturnsConfig",
    "shipping.apps.ShippingConfig",
    "orders.apps.OrdersConfig",
    "inventory.apps.InventoryConfig",
    "core.apps.CoreConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "django_filters",
    "django_tables2",
    "django_htmx",
    "django_structlog",
    "django_prometheus",
    "pgtrigger",
    "lucide",
    "csp",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.http.ActorMiddleware",
    "core.http.ProblemMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "opsmgr.urls"
WSGI_APPLICATION = "opsmgr.wsgi.application"

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
                "core.pages.shell",
            ],
            "builtins": [
                "core.templatetags.ui",
                "lucide.templatetags.lucide",
                "django_tables2.templatetags.django_tables2",
            ],
        },
    }
]

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "core.roles.RoleBackend",
    "core.accounts.LogIn",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_ADAPTER = "core.accounts.ClosedSignUp"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG

LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles" if STATIC_COLLECTED else None
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if not STATIC_COLLECTED
        else "opsmgr.static_files.HashedFiles"
    },
}
MEDIA_ROOT = env.path("MEDIA_ROOT", default=".opsmgr/media")
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not STATIC_COLLECTED  # as they are now
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "opsmgr",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# -- safety ------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", default=SECURE_COOKIES)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000 if SECURE_COOKIES else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_COOKIES
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
    }
}

# -- API ---------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "core.api.auth.TokenAuth",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["core.api.permissions.MayUse"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "core.api.pages.KeysetPages",
    "DEFAULT_FILTER_BACKENDS": ["core.api.filtering.AskedFilters"],
    "DEFAULT_SCHEMA_CLASS": "core.api.schema.Schema",
    "EXCEPTION_HANDLER": "core.problems.api_exception_handler",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "opsmgr",
    "DESCRIPTION": "The operations back office of an online shop.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["core.api.permissions.MayUse"],
    "SERVE_PUBLIC": True,  # one document for everybody who may read it
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    # No hook for enums: choices stay where they are, for many are called "kind".
    "POSTPROCESSING_HOOKS": ["core.api.schema.finish"],
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
}
REST_KNOX = {"TOKEN_MODEL": "core.ApiToken", "AUTH_HEADER_PREFIX": "Token", "TOKEN_TTL": None}
KNOX_TOKEN_MODEL = "core.ApiToken"  # noqa: S105 - the name of a model

# -- background --------------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_REJECT_ON_WORKER_LOST = False  # true would loop a poisonous task for ever
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 570
CELERY_DB_REUSE_MAX = 1000
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_WORKER_CONCURRENCY = env.int("WORKER_CONCURRENCY", default=2, least=1, most=256)
CELERY_BEAT_SCHEDULER = "opsmgr.celery:PulsingScheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(BASE_DIR / ".opsmgr" / "beat")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 2, "socket_timeout": 5}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

DJANGO_TABLES2_TEMPLATE = "ui/table.html"
FILTERS_EMPTY_CHOICE_LABEL = "Any"
DJANGO_STRUCTLOG_CELERY_ENABLED = False  # a bell carries no id: the job's row does
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG  # the end of a request tells all

env.refuse_problems()
