"""Read settings by name; refuse what is unknown or malformed, all at once and by name.

A name becomes known by being read. Values come from the environment and, under
it, from `.env`.
"""

import difflib
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from opsmgr.dotenv import env_file, given, read_dotenv

T = TypeVar("T")

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}
DATABASES = {"postgres", "postgresql"}
BROKERS = {"redis", "rediss", "valkey", "valkeys"}
MAILERS = {"smtp", "smtp+tls", "smtp+ssl", "consolemail", "filemail", "memorymail", "dummymail"}


class Environment:
    """What an operator gave, read name by name."""

    def __init__(self, root: Path, values: Mapping[str, str] | None = None) -> None:
        self.root = root
        self._values = given(root) if values is None else values
        self._file = read_dotenv(env_file(root)) if values is None else dict(values)
        self.known: set[str] = {"ENV_FILE"}
        self.problems: list[str] = []

    def __call__(self, name: str, default: str | None = None, *, needed: str = "") -> str:
        """Return text. Without a default it must be given; `needed` then says how to get one."""
        value = self._read(name, default or "", str)
        if not value and default is None:
            self._problem(name, f"is required. {needed}".strip())
        return value

    def bool(self, name: str, default: bool) -> bool:
        return self._read(name, default, _flag, "is neither 1 nor 0")

    def int(self, name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
        def whole(text: str) -> int:
            number = int(text)
            if not least <= number <= most:
                raise ValueError
            return number

        return self._read(name, default, whole, f"is not a whole number from {least} to {most}")

    def choice(self, name: str, default: str, among: set[str]) -> str:
        def one(text: str) -> str:
            return {known.lower(): known for known in among}[text.lower()]

        return self._read(name, default, one, f"is none of {', '.join(sorted(among))}")

    def list(self, name: str, default: list[str]) -> list[str]:
        return self._read(
            name, default, lambda text: [p.strip() for p in text.split(",") if p.strip()]
        )

    def rates(self, name: str) -> dict[str, Decimal]:
        """Read `EUR=0.86,USD=0.79`: what one unit of each is in the company's currency."""

        def table(text: str) -> dict[str, Decimal]:
            pairs = [part.strip().split("=") for part in text.split(",") if part.strip()]
            try:
                rates = {code.strip().upper(): Decimal(rate) for code, rate in pairs}
            except InvalidOperation as error:
                raise ValueError(text) from error
            if not all(len(code) == 3 and rate > 0 for code, rate in rates.items()):
                raise ValueError
            return rates

        return self._read(name, {}, table, "is not like EUR=0.86,USD=0.79")

    def path(self, name: str, default: str) -> Path:
        return self.root / self._read(name, default, str)

    def url(self, name: str, default: str, schemes: set[str] = BROKERS) -> str:
        def checked(text: str) -> str:
            _check_url(text, schemes)
            return text

        return self._read(name, default, checked, f"is no URL of {', '.join(sorted(schemes))}")

    def db(self, name: str, default: str) -> dict[str, Any]:
        text = self.url(name, default, DATABASES)
        return dict(environ.Env.db_url_config(text))

    def email(self, name: str, default: str) -> dict[str, Any]:
        def config(text: str) -> dict[str, Any]:
            if urlsplit(text).scheme not in MAILERS:
                raise ValueError
            return dict(environ.Env.email_url_config(text)) | _mail_folder(text)

        return self._read(
            name, config(default), config, f"is no URL of {', '.join(sorted(MAILERS))}"
        )

    def zone(self, name: str, default: str) -> str:
        from zoneinfo import ZoneInfo

        return self._read(name, default, lambda text: ZoneInfo(text).key, "is no time zone")

    def also(self, *names: str) -> None:
        """Know names that something else reads (compose, manage.py)."""
        self.known.update(names)

    def refuse_problems(self) -> None:
        """Raise ImproperlyConfigured with one line per problem; call it after the last read."""
        for name in sorted(set(self._file) - self.known):
            near = difflib.get_close_matches(name, self.known, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            self._problem(name, f"is no setting of opsmgr{hint} (.env.example lists all)")
        if self.problems:
            raise ImproperlyConfigured("\n".join(self.problems))

    def _read(self, name: str, default: T, parse: Callable[[str], T], wrong: str = "") -> T:
        self.known.add(name)
        text = self._values.get(name)
        if text is None or (text == "" and parse is not str):
            return default
        try:
            return parse(text)
        except (ValueError, LookupError, OSError):
            self._problem(name, f"{_shown(name, text)} {wrong}.")
            return default

    def _problem(self, name: str, what: str) -> None:
        self.problems.append(f"{name}: {what}")


def _mail_folder(text: str) -> dict[str, str]:
    """The library reads `filemail:///var/mail` as a path relative to wherever we started."""
    parts = urlsplit(text)
    return {"EMAIL_FILE_PATH": unquote(parts.path)} if parts.scheme == "filemail" else {}


def _flag(text: str) -> bool:
    if text.lower() not in TRUE | FALSE:
        raise ValueError
    return text.lower() in TRUE


def _check_url(text: str, schemes: set[str]) -> None:
    parts = urlsplit(text)
    if parts.scheme not in schemes or not (parts.hostname or parts.netloc):
        raise ValueError
    _ = parts.port  # raises ValueError when it is no port


def _shown(name: str, text: str) -> str:
    """Quote the value, but never a secret: URLs hold passwords."""
    if "://" in text or "KEY" in name or "TOKEN" in name or "PASSWORD" in name:
        return "the value"
    return f"{text[:60]!r}"
