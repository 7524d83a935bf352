"""By what lists of risk are narrowed."""

import django_filters as filters

from fraud.models import OrderRisk
from fraud.states import Outcome, RiskState
from inventory.models import Channel


class RiskFilter(filters.FilterSet):
    q = filters.CharFilter(field_name="order__number", label="Order number")
    state = filters.MultipleChoiceFilter(choices=RiskState.choices)
    outcome = filters.MultipleChoiceFilter(choices=Outcome.choices, label="By score")
    channel = filters.ModelChoiceFilter(queryset=Channel.objects.order_by("code"))
    score_from = filters.NumberFilter(field_name="score", lookup_expr="gte", label="Score from")

    class Meta:
        model = OrderRisk
        fields = ["q", "state", "outcome", "channel", "score_from"]
