"""What colleagues have told each other this morning: notes with mentions, work given away."""

from core.actor import acting, person
from core.models import User, WorkItem
from core.notes import add_note
from core.work import assign_work
from inventory.models import StockLevel
from opsmgr.demo.people import STAFF
from orders.models import Hold, Order

# who writes, on what, which words
NOTES = (
    ("agent", "held", "@Maya Manager she rang again about this one. May I send it as it is?"),
    ("manager", "held", "@alex yes, but have @Pia put the gift card in first."),
    (
        "picker",
        "short",
        "@Ben the shelf is empty, the system says otherwise. Counted twice.",
    ),
    ("finance", "newest", "@Ana Analyst same card as last week. Worth a look?"),
)
EMAILS = [email for email, _, _ in STAFF]


def leave_words() -> None:
    """Write the notes, and give Ana a review; on a shop without such things, nothing."""
    people = {user.email.partition("@")[0]: user for user in User.objects.filter(email__in=EMAILS)}
    about = _subjects()
    for writer, subject, text in NOTES:
        if writer in people and about[subject]:
            with acting(person(people[writer])):
                add_note(about[subject], text)
    review = WorkItem.objects.ready().filter(kind="fraud.review", owner=None).order_by("id").first()
    if review is not None and {"manager", "analyst"} <= set(people):
        with acting(person(people["manager"])):
            assign_work(review.pk, user_id=people["analyst"].pk)


def _subjects() -> dict[str, str]:
    held = Hold.objects.filter(released_at=None).order_by("-id").first()
    short = StockLevel.objects.filter(on_hand__gt=0).order_by("on_hand", "id").first()
    newest = Order.objects.order_by("-placed_at", "-id").first()
    return {
        "held": f"order:{held.order_id}" if held else "",
        "short": f"sku:{short.sku_id}" if short else "",
        "newest": f"order:{newest.pk}" if newest else "",
    }
