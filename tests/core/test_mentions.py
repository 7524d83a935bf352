"""Who "@…" in a text is: by whole name, by address, by first name; never by guess."""

import pytest

from core.mentions import Known, marked, mentions_in

ANA = Known(1, "Ana Analyst", "ana@example.com")
ANA_SMITH = Known(2, "Ana Smith", "smith.a@example.com")
ANABEL = Known(3, "Anabel Ana", "anabel@example.com")
BEN = Known(4, "Ben O'Neil", "b.oneil@example.com")
BENS_TWIN = Known(5, "Ben O'Neil", "ben2@example.com")
NAMELESS = Known(6, "", "nameless@example.com")
EVERYBODY = [ANA, ANA_SMITH, ANABEL, BEN, BENS_TWIN, NAMELESS]


def people(text, known=EVERYBODY):
    return [(text[m.start : m.end], [one.id for one in m.people]) for m in mentions_in(text, known)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Ana Smith, look", [("@Ana Smith", [2])]),
        ("Ask @ana smith's team", [("@ana smith", [2])]),
        ("(@ana)", [("@ana", [1])]),  # an address before a first name that two have
        ("@anabel.", [("@anabel", [3])]),
        ("@smith.a and @b.oneil.", [("@smith.a", [2]), ("@b.oneil", [4])]),
        ("@smith.a@example.com!", [("@smith.a@example.com", [2])]),
        ("@Ben O'Neil", [("@Ben O'Neil", [4, 5])]),
        ("@ben", [("@ben", [4, 5])]),
        ("@nameless", [("@nameless", [6])]),
        ("@nobody here", [("@nobody", [])]),
        ("@Ana Smithson", [("@Ana", [1])]),  # it is not Ana Smith
        ("write to ana@example.com", []),
        ("a @ b, @, and 3@4", []),
    ],
)
def test_who_is_meant(text, found):
    assert people(text) == found


def test_a_first_name_that_one_person_has_is_enough():
    assert people("@Ben", [ANA, BEN]) == [("@Ben", [4])]


def test_marked_text_is_escaped():
    assert marked('<b>@Ana Smith</b> & "@x"', [ANA_SMITH]) == (
        '&lt;b&gt;<b class="mention" title="Ana Smith">@Ana Smith</b>'
        "&lt;/b&gt; &amp; &quot;@x&quot;"
    )
