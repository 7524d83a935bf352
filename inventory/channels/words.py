"""What adapters are told and what they answer."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where and as whom an adapter speaks."""

    url: str
    secret: str = ""


@dataclass(frozen=True, kw_only=True)
class PushItem:
    """One quantity to tell; `key` is the same whenever the same push is repeated."""

    key: str
    channel_sku: str
    units: int


@dataclass(frozen=True, kw_only=True)
class PushAnswer:
    """What the channel said to one item; `error` is empty when it took it."""

    key: str
    error: str = ""


class NoAnswer(Exception):  # noqa: N818 - reads as an outcome
    """Nobody knows whether the channel has taken it: no answer, or none that can be read."""


class NotAccepted(Exception):  # noqa: N818 - reads as an outcome
    """The channel answered that it takes nothing: wrong secret, wrong address, too much."""
