"""The label as paper: its size, its text, its bars."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from shipping.carriers.check_digits import check_digit, is_valid
from shipping.documents import LabelText, draw_label


def label(**parts) -> LabelText:
    given = {
        "carrier": "Tern Express", "service": "Tern Next Day", "tracking_number": "TN000000000123",
        "parcel": "1042-F1-P1", "weight_grams": 1_250, "sender": ["London", "1 Dock Road"],
        "receiver": ["Łucja Nowák", "5 High Street", "Leeds LS1 1AA", "GB"], "country": "GB",
    } | parts  # fmt: skip
    return LabelText(**given)


def test_a_label_is_four_by_six_inches_and_says_where_to():
    (page,) = PdfReader(BytesIO(draw_label(label()))).pages

    assert (float(page.mediabox.width), float(page.mediabox.height)) == (4 * 72, 6 * 72)
    text = page.extract_text()
    for part in ("Tern Next Day", "TN000000000123", "1042-F1-P1", "5 High Street", "1.25 kg"):
        assert part in text
    assert "?ucja Nowák" in text  # no accent to take off: the built-in font lacks the letter


def test_the_number_is_there_as_bars():
    page = PdfReader(BytesIO(draw_label(label()))).pages[0]

    bars = page.get_contents().get_data().count(b" re f")
    assert bars >= 3 * 11  # three bars per symbol: start, 2 letters, 6 pairs, check, stop


def test_the_same_label_is_the_same_bytes():
    assert draw_label(label()) == draw_label(label())


def test_endless_text_stays_on_one_page():
    long = label(receiver=["x" * 500] * 9, service="y" * 300, tracking_number="9" * 60)

    assert len(PdfReader(BytesIO(draw_label(long))).pages) == 1


@pytest.mark.parametrize("digits", ["0794", "00000000001", "12345678901"])
def test_a_check_digit_catches_a_wrong_digit(digits):
    whole = digits + str(check_digit(digits))

    assert is_valid(whole)
    for place, digit in enumerate(whole):
        wrong = whole[:place] + str((int(digit) + 1) % 10) + whole[place + 1 :]
        assert not is_valid(wrong)


def test_the_standards_own_example():
    assert check_digit("0794") == 5  # ISO/IEC 7064: 07945
    assert not is_valid("x1")
    assert not is_valid("")
