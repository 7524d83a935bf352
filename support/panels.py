"""What customer service shows on other apps' pages, in the search, on Today and in the rail."""

from collections.abc import Iterator
from typing import Any

from core import clock
from core.actor import Actor, current_actor
from core.lists import CAP
from core.pages import Hit
from core.words import with_words
from support.models import Case, Notice


def of_order(order: Any) -> dict[str, Any]:
    """Cases about the order, and what its customer was told."""
    actor = current_actor()
    return {
        "order": order,
        "cases": Case.objects.filter(links__order=order).order_by("-id")[:20],
        "notices": Notice.objects.filter(order=order).order_by("-id")[:20],
        "may_open": actor.may("support.open_case"),
    }


def of_customer(customer: Any) -> dict[str, Any]:
    """The customer's latest cases."""
    rows = Case.objects.visible_to(current_actor()).filter(customer=customer)
    return {
        "customer": customer,
        "cases": rows.order_by("-opened_at")[:10],
        "may_open": current_actor().may("support.open_case"),
    }


def find(words: str, actor: Actor) -> Iterator[Hit]:
    """By number (CASE-1042), then by words of the subject, the latest first; both by index."""
    rows, number = Case.objects.visible_to(actor), words.strip().upper()
    titled = with_words(rows.exclude(number=number), "subject", words)
    for case in [*rows.filter(number=number), *titled.order_by("-last_message_at")[:5]]:
        yield Hit(
            label=case.number,
            url=case.get_absolute_url(),
            kind="Case",
            note=case.subject,
            exact=case.number == number,
        )


def past_due(actor: Actor) -> Any:
    """Ours to answer, and promised for earlier: oldest first."""
    return Case.objects.visible_to(actor).past_due(clock.now()).order_by("due")


def stuck(actor: Actor) -> Any:
    """Mails that a person has to decide about: oldest first."""
    return Notice.objects.visible_to(actor).stuck().order_by("created_at")


def case_row(case: Case) -> tuple[str, str, Any]:
    """A row of the lane of cases past their promise."""
    return f"{case.number} {case.subject}", case.get_absolute_url(), case.due


def notice_row(notice: Notice) -> tuple[str, str, Any]:
    """A row of the lane of mails in doubt."""
    return notice.subject, notice.get_absolute_url(), notice.created_at


def count_to_answer(actor: Actor) -> int:
    """Cases that wait for our answer."""
    return Case.objects.visible_to(actor).to_answer().order_by()[:CAP].count()


def count_stuck(actor: Actor) -> int:
    """Mails that wait for a person."""
    return stuck(actor).order_by()[:CAP].count()
