"""A list made for these tests: people, by name, with an act on many of them."""

from collections.abc import Iterator
from typing import Any

import django_filters as filters
import django_tables2 as tables
import pytest
from django import forms
from django.http import HttpRequest
from django.test import RequestFactory

from core.actor import acting, person
from core.errors import Refused
from core.lists import list_page
from core.models import User
from core.operations import lock, operation
from core.pages import BulkAct, bulk_acts
from core.roles import GRANTS, Role, grant
from core.tables import AgoColumn, NumberColumn
from tests.builders.people import someone


class PersonFilter(filters.FilterSet):
    q = filters.CharFilter(field_name="name", lookup_expr="istartswith", label="Name")
    theme = filters.MultipleChoiceFilter(
        choices=[("system", "As the system"), ("light", "Light"), ("dark", "Dark")]
    )
    is_active = filters.BooleanFilter(label="Works here")
    joined = filters.DateFromToRangeFilter(field_name="joined_at", label="Joined")
    id = filters.NumberFilter()

    class Meta:
        model = User
        fields: list[str] = []


class PersonTable(tables.Table):
    name = tables.Column()
    email = tables.Column()
    theme = tables.Column()
    id = NumberColumn(verbose_name="ID")
    joined_at = AgoColumn(verbose_name="Joined")

    class Meta:
        sorts = ["name", "-name", "-joined_at"]
        hidden = ["theme"]
        empty_text = "Nobody works here yet."

    def row_url(self, record: User) -> str:
        return f"/people/{record.pk}/"


class Answer:
    """A response, read whole while its person still acts."""

    def __init__(self, response: Any, whole: bytes) -> None:
        self.content, self.text = whole, whole.decode(errors="replace")
        self.status_code, self.headers = response.status_code, response.headers


class NameForm(forms.Form):
    name = forms.CharField(max_length=20)


class NotThatOne(Refused):
    code = "not_that_one"
    sentence = "{name} keeps their name."


@operation(permission="test.rename")
def rename(user_id: int, *, name: str) -> None:
    user = lock(User, user_id)
    if user.name == "Zed":
        raise NotThatOne(name=user.name)
    user.name = name
    user.save(update_fields=["name"])


@operation(permission="test.rename")
def unname(user_id: int) -> None:
    lock(User, user_id)
    User.objects.filter(pk=user_id).update(name="as before")


@pytest.fixture(scope="session", autouse=True)
def _an_act_on_many() -> Iterator[None]:
    grant("test.rename", Role.MANAGER)
    act = BulkAct(label="Rename", permission="test.rename", act=rename, form=NameForm, undo=unname)
    bulk_acts.add("test.people rename", act)
    yield
    del bulk_acts["test.people rename"], GRANTS["test.rename"]


@pytest.fixture
def manager(db: None) -> User:
    return someone(Role.MANAGER)


@pytest.fixture
def ask(manager: User) -> Any:
    """`ask("?q=a", as_=agent, htmx=True)`: the list's answer to that query."""

    def answer(query: str = "", *, as_: User | None = None, htmx: bool = False) -> Any:
        user = as_ or manager
        request: HttpRequest = RequestFactory().get(f"/people/{query}")
        request.user = user
        request.htmx = htmx
        with acting(person(user)):
            made = list_page(
                request, rows=User.objects.all(), filters=PersonFilter, table=PersonTable,
                name="test.people", title="People", views=[("Dark", "theme=dark")],
            )  # fmt: skip
            parts = made.streaming_content if made.streaming else [made.content]
            whole = b"".join(parts)
        return Answer(made, whole)

    return answer


@pytest.fixture
def people(db: None) -> list[User]:
    """Ann, Bob and Zed, who was first."""
    return [
        User.objects.create_user(f"{name}@example.com".lower(), name=name, theme=theme)
        for name, theme in [("Zed", "dark"), ("Ann", "light"), ("Bob", "dark")]
    ]
