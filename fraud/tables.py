import django_tables2 as tables

from core.tables import ClockColumn
from fraud.models import OrderRisk


class RiskTable(tables.Table):
    order = tables.Column(
        accessor="order__number", linkify=lambda record: record.get_absolute_url()
    )
    channel = tables.Column()
    customer = tables.Column(accessor="order__customer__name", verbose_name="Customer")
    total = tables.Column(accessor="order__total", verbose_name="Total")
    placed = ClockColumn(accessor="order__placed_at", verbose_name="Placed")
    score = tables.Column(attrs={"td": {"class": "num"}, "th": {"class": "num"}})
    reasons = tables.Column(accessor="assessment__reasons", verbose_name="Heaviest reasons")

    class Meta:
        model = OrderRisk
        fields = [
            "order", "channel", "customer", "total", "expected_loss", "score", "reasons", "state",
            "placed", "scored_at",
        ]  # fmt: skip
        sorts = ["-expected_loss", "-scored_at"]
        empty_text = "Nothing waits for a risk decision. New orders are scored as they come in."

    def render_total(self, value) -> str:
        return value.shown()

    def render_reasons(self, value) -> str:
        heaviest = sorted(value, key=lambda reason: -reason["points"])[:2]
        return " · ".join(reason["title"] for reason in heaviest) or "–"


class AllRiskTable(RiskTable):
    class Meta(RiskTable.Meta):
        sorts = ["-scored_at", "-expected_loss"]
        empty_text = "No order has been scored that matches. Clear the filters to see all."
