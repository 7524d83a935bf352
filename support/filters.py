"""What lists of cases and mails are filtered by; the same for pages, API and exports."""

import django_filters as filters
from django.db.models import Q

from core import clock
from core.actor import current_actor
from core.filters import Named
from core.models import User
from core.words import with_words
from inventory.models import Channel
from orders.models import Order
from support.models import Case, CaseOrder, Notice
from support.states import CaseState, Contact, NoticeKind, NoticeState, Priority


def channels(_request):
    return Channel.objects.visible_to(current_actor()).order_by("code")


class CaseFilter(Named, filters.FilterSet):
    q = filters.CharFilter(method="search", label="Number, order, sender or subject")
    state = filters.MultipleChoiceFilter(choices=CaseState.choices)
    mine = filters.BooleanFilter(method="of_me", label="Mine")
    unassigned = filters.BooleanFilter(method="named", label="Nobody's")
    past_due = filters.BooleanFilter(method="late", label="Past due")
    priority = filters.MultipleChoiceFilter(choices=Priority.choices)
    channel = filters.ModelChoiceFilter(queryset=channels, to_field_name="public_id")
    contact = filters.MultipleChoiceFilter(choices=Contact.choices)
    assignee = filters.ModelChoiceFilter(queryset=User.objects.filter(is_active=True))
    order = filters.CharFilter(field_name="orders__number", label="Order")
    opened_at = filters.IsoDateTimeFromToRangeFilter(label="Opened")

    class Meta:
        model = Case
        fields = ["q", "state", "mine", "unassigned", "past_due", "priority", "channel", "contact"]

    def search(self, rows, _name, value):
        """Each by its index: number, sender, order, words of the subject."""
        wanted, found = value.strip(), Case.objects.order_by().values("pk")
        ways = [
            found.filter(sender__iexact=wanted),
            CaseOrder.objects.filter(order__number=wanted).values("case"),
            with_words(found, "subject", wanted),
        ]
        return rows.filter(pk__in=found.filter(number=wanted.upper()).union(*ways))

    def of_me(self, rows, _name, value: bool):
        return rows.filter(assignee_id=current_actor().user_id) if value else rows

    def late(self, rows, _name, value: bool):
        return rows.past_due(clock.now()) if value else rows


class NoticeFilter(Named, filters.FilterSet):
    q = filters.CharFilter(method="search", label="Order or address")
    state = filters.MultipleChoiceFilter(choices=NoticeState.choices)
    kind = filters.MultipleChoiceFilter(choices=NoticeKind.choices)
    channel = filters.ModelChoiceFilter(queryset=channels, to_field_name="public_id")
    stuck = filters.BooleanFilter(method="named", label="Needs a person")

    class Meta:
        model = Notice
        fields = ["q", "state", "kind", "channel", "stuck"]

    def search(self, rows, _name, value):
        wanted = value.strip()
        orders = list(Order.objects.filter(number=wanted).values_list("pk", flat=True))
        return rows.filter(Q(order__in=orders) | Q(to__iexact=wanted))
