"""Cells and drop-downs drawn by hand are what django-tables2 and Django draw."""

import re

import django_tables2 as tables
import pytest
from django import forms
from django.utils.html import conditional_escape

from core.cells import cell_of, escaped
from core.models import Batch, BatchState, User
from core.selects import drawn
from tests.builders.people import someone


class BatchTable(tables.Table):
    title = tables.Column(linkify=lambda record: f"/b/{record.pk}/")
    state = tables.Column()
    asked_by = tables.Column(accessor="asked_by__name")
    whose = tables.Column(accessor="asked_by")
    total = tables.Column()
    words = tables.Column(accessor="__str__", empty_values=())
    again = tables.TemplateColumn("<b>{{ record.title }}</b>")

    class Meta:
        sorts = ["title"]

    def render_total(self, value, record):
        return f"{value} of {record.title}"


@pytest.mark.django_db
def test_a_planned_cell_is_the_cell_of_django_tables2():
    who = someone()
    rows = [
        Batch(pk=1, title="<b>", actor="x", asked_by=who, total=3, state=BatchState.DONE),
        Batch(pk=2, title="", actor="x", asked_by=None, total=None, state="odd"),
    ]
    table = BatchTable(rows)
    for row in table.rows:
        for column in table.columns:
            ours, theirs = cell_of(table, column, rows[0])(row), row.get_cell(column.name)
            assert escaped(ours) == conditional_escape(theirs), column.name  # HTML stays HTML


def test_rows_that_are_no_models_are_left_to_django_tables2():
    table = BatchTable([{"title": "x", "state": "done", "total": 1}])
    row = next(iter(table.rows))
    cell = cell_of(table, table.columns["total"], row.record)
    with pytest.raises(AttributeError):  # its own renderer wants a model
        cell(row)


class Choices(forms.Form):
    plain = forms.ChoiceField(choices=[("a", "A & B"), ("", "None"), ("c", "C")], help_text="Help")
    group = forms.ChoiceField(choices=[("G", [("x", "X"), ("y", "Y")]), ("z", "Z")], required=False)
    many = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B"), ("c", "<C>")])
    off = forms.ChoiceField(choices=[("a", "A")], disabled=True)
    person = forms.ModelChoiceField(User.objects.none(), required=False)


def parts(html):
    tags = re.findall(r"<(\w+)([^>]*)>([^<]*)", html)
    return [(tag, sorted(re.findall(r'[\w-]+(?:="[^"]*")?', attrs)), text.strip())
            for tag, attrs, text in tags]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    "given", [None, {"plain": "a", "group": "y", "many": ["a", "c"]}, {"plain": "<nope>"}]
)
def test_a_drop_down_is_the_one_of_django(given):
    form = Choices(given)
    for field in form:
        assert parts(drawn(field, {})) == parts(str(field.as_widget())), field.name
