"""How well each channel is told: lag, what waits, what is refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.statements import run_sql
from inventory.models import Channel

SLOW_SECONDS = 900


@dataclass(frozen=True)
class ChannelHealth:
    """One channel's sync, as Today and the sync page show it."""

    channel: Channel
    told_at: datetime | None  # the last acknowledgement
    waiting: int  # quantities without an answer
    waiting_since: datetime | None
    refused: int  # listings
    unmapped: int
    lag_p50_seconds: float | None  # of the last 24 hours
    lag_p95_seconds: float | None
    error: str  # what the channel said last, while something waits
    overdue: bool

    @property
    def connected(self) -> bool:
        return bool(self.channel.active and self.channel.adapter)

    @property
    def tone(self) -> str:
        if not self.connected:
            return "neutral"
        if self.overdue or self.error:
            return "bad"
        return "warning" if self.refused else "good"

    @property
    def word(self) -> str:
        if not self.channel.active:
            return "closed"
        if not self.connected:
            return "not connected"
        if self.error:
            return "in trouble"
        if self.overdue:
            return "behind"
        return "refuses some" if self.refused else "in step"


def health_of_channels(channels: Iterable[Channel]) -> list[ChannelHealth]:
    """The health of each channel, in their order; two queries however many there are."""
    shops = list(channels)
    rows = run_sql(
        "inventory/channel_health", channel_ids=[shop.pk for shop in shops], slow=SLOW_SECONDS
    )
    by_channel = {row.pop("channel_id"): row for row in rows}
    return [ChannelHealth(channel=shop, **by_channel[shop.pk]) for shop in shops]
