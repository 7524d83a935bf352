"""How channels are told what there is. To connect another kind: copy one file, name it here.

An adapter speaks to the outside and knows no operation; the job that calls it has written down
what it is about to say before, and writes down the answer after.
"""

from collections.abc import Sequence
from typing import Protocol

from inventory.channels.http_json import HttpJson
from inventory.channels.words import NoAnswer, NotAccepted, PushAnswer, PushItem, Target


class ChannelAdapter(Protocol):
    """One way to talk to channels."""

    def push_stock(self, target: Target, items: Sequence[PushItem]) -> list[PushAnswer]:
        """Tell the channel these quantities; one answer per item that it has answered.

        `PushItem.key` is the idempotency key: the same key never counts twice. Raises NoAnswer
        when it is unknown what the channel did, NotAccepted when it plainly did nothing.
        """


CHANNELS: dict[str, ChannelAdapter] = {"http_json": HttpJson()}

__all__ = [
    "CHANNELS",
    "ChannelAdapter",
    "NoAnswer",
    "NotAccepted",
    "PushAnswer",
    "PushItem",
    "Target",
]
