"""A list by declaration: filters, chips, tabs, columns, sort and pages in its address."""

import re

import pytest
from django.core.cache import cache

from core.errors import Refused
from core.lists import BadCursor
from core.models import SavedView, User
from core.roles import Role
from tests.builders.people import someone


def names(answer):
    return re.findall(r'data-label="Name">([^<]*)<', answer.text)


def test_rows_are_sorted_and_filtered_by_the_address(ask, people):
    assert names(ask("?theme=dark&theme=light")) == ["Ann", "Bob", "Zed"]
    assert names(ask("?sort=-name&theme=dark")) == ["Zed", "Bob"]
    assert names(ask("?q=an")) == ["Ann"]


def test_an_unknown_sort_is_the_default_one(ask, people):
    assert names(ask("?sort=password&theme=dark")) == ["Bob", "Zed"]


def test_each_filter_value_is_a_chip_that_comes_off_alone(ask, people):
    answer = ask("?theme=dark&theme=light&q=b&after=")
    chips = re.findall(r'class="chip">(.*?): <b>(.*?)</b><a href="([^"]*)"', answer.text)

    assert [(label, value) for label, value, _ in chips] == [
        ("Name", "b"), ("Theme", "Dark"), ("Theme", "Light"),
    ]  # fmt: skip
    without = {value: url for _, value, url in chips}
    assert without["b"] == "/people/?theme=dark&amp;theme=light"
    assert without["Dark"] == "/people/?theme=light&amp;q=b"


@pytest.mark.parametrize(
    "query",
    ["?id=abc", "?theme=purple", "?q=%00", "?joined_after=2026-13-45",
     "?joined_after=yesterday&joined_before=x", "?id=NaN"],
)  # fmt: skip
def test_a_bad_filter_value_gets_a_sentence_and_no_rows(ask, people, query):
    answer = ask(query)

    assert answer.status_code == 200
    assert "This filter cannot be used, so no row is shown." in answer.text
    assert names(answer) == []


def test_a_number_that_no_column_holds_matches_nothing(ask, people):
    assert names(ask("?id=99999999999999999999999")) == []


@pytest.mark.parametrize(
    "cursor", [
        "x", "!!", "W10", "bnVsbA", "e30", "%00", "WyJhIiwgMTBd" * 9,
        "WyJhIiwgMSwgMV0", "WyJhIiwgMSwgImJhY2siLCAiYmFjayJd", "WyJhIiwgMSwgImZvcnRoIl0",
    ],
)  # fmt: skip
def test_a_made_up_cursor_is_refused(ask, people, cursor):
    with pytest.raises(BadCursor):
        ask(f"?after={cursor}")


def test_pages_follow_each_other_without_gap_or_repeat(ask):
    for number in range(120):
        User.objects.create_user(f"p{number}@example.com", name=f"Pat {number % 7}")
    seen, query = [], "?q=pat"
    while query:
        answer = ask(query)
        seen += re.findall(r'data-label="Email">([^<]*)<', answer.text)
        following = re.search(r'rel="next" href="([^"]*)"', answer.text)
        query = following[1].replace("&amp;", "&") if following else ""

    assert len(seen) == len(set(seen)) == 120


def walk(ask, query, rel):
    """The e-mails of each page from `query` on, and the address of the last page."""
    pages = []
    while True:
        text = ask(query).text
        pages.append(re.findall(r'data-label="Email">([^<]*)<', text))
        link = re.search(rf'rel="{rel}" href="([^"]*)"', text)
        if link is None:
            return pages, query
        query = link[1].replace("&amp;", "&")


@pytest.mark.parametrize("sort", ["name", "-name", "-joined_at"])
def test_pages_lead_back_the_way_they_came(ask, sort):
    for number in range(120):
        User.objects.create_user(f"p{number}@example.com", name=f"Pat {number % 7}")
    there, last = walk(ask, f"?q=pat&sort={sort}", "next")
    back, first = walk(ask, last, "prev")

    assert [len(page) for page in there] == [50, 50, 20]
    assert back == there[::-1]
    assert first.startswith(f"?q=pat&sort={sort}&after=")  # the filters stay
    assert "First page" not in ask(first).text


def test_what_has_come_in_above_is_found_on_the_way_back(ask):
    for number in range(60):
        User.objects.create_user(f"p{number}@example.com", name=f"Pat {number + 100}")
    _, last = walk(ask, "?q=pat", "next")
    User.objects.create_user("new@example.com", name="Pat 000")
    back, _ = walk(ask, last, "prev")

    assert [len(page) for page in back] == [10, 50, 50]  # the first page is a whole one
    assert back[1][-1] == "p49@example.com"
    assert back[2][0] == "new@example.com"


def test_an_emptied_page_leads_back_to_what_was_before_it(ask):
    for number in range(60):
        User.objects.create_user(f"p{number}@example.com", name=f"Pat {number + 100}")
    whole, last = walk(ask, "?q=pat", "next")
    User.objects.filter(email__in=whole[1]).delete()
    back, first = walk(ask, last, "prev")
    User.objects.filter(name__startswith="Pat").delete()

    assert back == [[], whole[0]]
    assert walk(ask, first, "prev")[0] == [[]]


def test_a_page_back_costs_no_more_than_a_page_on(ask, people, django_assert_max_num_queries):
    for number in range(160):
        User.objects.create_user(f"q{number}@example.com", name=f"Q {number}")
    _, last = walk(ask, "?q=q", "next")
    link = re.search(r'rel="prev" href="([^"]*)"', ask(last).text)[1].replace("&amp;", "&")
    with django_assert_max_num_queries(3):  # the page, its count, the views
        ask(link)


def test_the_count_is_capped_and_the_only_page_needs_no_count(
    ask, people, django_assert_num_queries
):
    cache.clear()
    answer = ask("?theme=dark")

    assert "2 of 2" in answer.text


def test_tabs_say_how_many_only_when_asked_for(ask, people, manager):
    cache.clear()
    SavedView.objects.create(page="test.people", name="Mine", query="q=ann", owner=manager)
    theirs = someone(Role.AGENT)
    SavedView.objects.create(page="test.people", name="Theirs", query="q=b", owner=theirs)
    SavedView.objects.create(
        page="test.people", name="Shared", query="theme=light", owner=theirs, shared=True
    )

    first = ask()
    tabs = re.findall(r'class="tab"[^>]*>([^<]*)<span class="count"[^>]*>([^<]*)<', first.text)
    assert tabs == [("All", ""), ("Dark", ""), ("Shared", ""), ("Mine", "")]

    counts = re.findall(r'hx-swap-oob="true">([^<]*)<', ask("?part=counts", htmx=True).text)
    assert counts == ["5", "2", "1", "1"]
    again = re.findall(r'class="tab"[^>]*>[^<]*<span class="count"[^>]*>([^<]*)<', ask().text)
    assert again == ["5", "2", "1", "1"]


def test_the_view_whose_query_it_is_is_marked_whatever_the_order_of_its_words(ask, people, manager):
    SavedView.objects.create(
        page="test.people", name="Mine", query="theme=light&theme=dark&sort=-name", owner=manager
    )
    text = ask("?sort=-name&theme=dark&theme=light").text
    assert re.findall(r'aria-current="page">([^<]*)<', text)[-1] == "Mine"


def test_columns_are_chosen_in_the_address(ask, people):
    heads = r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]*)'

    assert re.findall(heads, ask().text) == ["Name", "Email", "ID", "Joined"]
    assert re.findall(heads, ask("?columns=theme,name").text) == ["Name", "Theme"]
    assert re.findall(heads, ask("?columns=theme&columns=name").text) == ["Name", "Theme"]
    assert re.findall(heads, ask("?columns=password").text) == ["Name", "Email", "ID", "Joined"]


def test_only_an_indexed_sort_is_offered_and_its_way_is_said(ask, people):
    text = ask("?theme=dark").text

    assert 'aria-sort="ascending"><a href="/people/?theme=dark&amp;sort=-name">Name' in text
    assert '<th scope="col">Email</th>' in text


def test_htmx_gets_the_table_alone(ask, people):
    whole, part = ask("?q=a"), ask("?q=a", htmx=True)

    assert "<html" in whole.text
    assert "<html" not in part.text
    assert part.headers["Vary"] == whole.headers["Vary"] == "HX-Request"


def test_text_of_people_is_escaped(ask):
    User.objects.create_user("x@example.com", name='<script>alert("1")</script>')

    assert "<script>alert" not in ask().text


def test_new_rows_above_the_first_are_counted(ask, people):
    text = ask("?sort=-joined_at").text
    since = re.search(r'"since": "([^"]*)"', text)[1]
    User.objects.create_user("new@example.com", name="New")

    assert "1 new" in ask(f"?sort=-joined_at&part=new&since={since}", htmx=True).text
    with pytest.raises(Refused):
        ask("?sort=-joined_at&part=new&since=zzz", htmx=True)


def test_more_rows_do_not_mean_more_queries(ask, people, django_assert_max_num_queries):
    for number in range(49):
        User.objects.create_user(f"q{number}@example.com", name=f"Q {number}")
    with django_assert_max_num_queries(3):  # the page, its count, the views
        ask()
