"""The words of mails: plain text in which {placeholders} are filled in, nothing else.

No template language: whoever edits the words can reach only what is named here.
"""

import re
from collections.abc import Mapping

from support.errors import UnknownPlaceholder
from support.states import NoticeKind

_PLACEHOLDER = re.compile(r"\{([^{}\s]{1,40})\}")

_EVERYWHERE = {
    "customer_name": "The customer's name",
    "shop_name": "The channel's name",
    "order_number": "The order's number",
    "order_total": "The order's total with its currency",
}
KNOWN: dict[str, dict[str, str]] = {
    NoticeKind.CONFIRMED: {**_EVERYWHERE, "lines": "One line per article: units × title"},
    NoticeKind.SHIPPED: {
        **_EVERYWHERE,
        "lines": "One line per article in these parcels",
        "tracking": "Carrier and tracking number of each parcel, one per line",
    },
    NoticeKind.DELIVERED: _EVERYWHERE,
    NoticeKind.REFUNDED: {**_EVERYWHERE, "refund_amount": "What was given back"},
    NoticeKind.REPLY: {
        "customer_name": "The customer's name",
        "shop_name": "The channel's name",
        "case_number": "The case's number",
        "case_subject": "What the case is about",
        "reply": "What was answered",
    },
}
SAMPLE = {
    "customer_name": "Ada Lovelace",
    "shop_name": "Example shop",
    "order_number": "1042",
    "order_total": "£24.90",
    "lines": "2 × Mug, blue\n1 × Tea towel",
    "tracking": "House Post HP123456789",
    "refund_amount": "£12.45",
    "case_number": "CASE-1007",
    "case_subject": "Where is my parcel?",
    "reply": "It is on its way and should be with you on Friday.",
}


def check_words(kind: str, *texts: str) -> None:
    """Raise UnknownPlaceholder for a {name} that this kind of mail cannot fill in."""
    known = KNOWN[kind]
    for text in texts:
        for name in _PLACEHOLDER.findall(text):
            if name not in known:
                raise UnknownPlaceholder(
                    field="body", placeholder=name, known=", ".join(sorted(known))
                )


def filled(text: str, values: Mapping[str, str]) -> str:
    """`text` with its placeholders filled in; an unknown one stays as it is written."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def filled_subject(text: str, values: Mapping[str, str]) -> str:
    """`filled`, on one line: nothing that a customer typed becomes a mail header."""
    return " ".join(filled(text, values).split())[:250]
