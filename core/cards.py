"""Card numbers never enter: text that holds one is masked before it is stored."""

import re

# 13 to 19 digits, single blanks or dashes between them, not part of a longer number.
_CANDIDATE = re.compile(r"(?<![\d])(?:\d[ -]?){12,18}\d(?![\d])")


def mask_cards(text: str) -> tuple[str, bool]:
    """`text` with each card number as its last four digits, and whether there was one.

    A card number is 13 to 19 digits that an issuer may have given out and that pass the Luhn
    check (ISO/IEC 7812-1), blanks and dashes between digits allowed.
    """
    found = False

    def masked(match: re.Match[str]) -> str:
        nonlocal found
        digits = re.sub(r"\D", "", match[0])
        if not (issued(digits) and luhn(digits)):
            return match[0]
        found = True
        return f"•••• {digits[-4:]}"

    return _CANDIDATE.sub(masked, text), found


def may_hold_card(text: str) -> bool:
    """Whether it is worth looking closer: one search, for texts that are masked all day."""
    return _CANDIDATE.search(text) is not None


def issued(digits: str) -> bool:
    """Whether cards of that length begin like this; barcodes of 13 digits mostly do not."""
    return digits[0] in {13: "4", 14: "3", 15: "3", 16: "23456"}.get(len(digits), "3456")


def luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit of the others."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        digit = int(char) * (2 if place % 2 else 1)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0 and set(digits) != {"0"}
