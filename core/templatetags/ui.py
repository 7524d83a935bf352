"""Template tags of the page kit; loaded everywhere."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any

import lucide
from django import template
from django.forms import CheckboxInput, RadioSelect
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core import shown
from core.actor import current_actor
from core.money import Money, shown_price
from core.selects import drawn
from core.subjects import things_of
from core.tables import badge_html, time_html
from core.timeline import names_of
from core.tones import NEUTRAL, tone_of

register = template.Library()
TONE_ICONS = {
    "good": "circle-check",
    "warning": "triangle-alert",
    "bad": "circle-x",
    "info": "info",
    "neutral": "info",
}


@register.filter
def money(value: Any) -> str:
    """Money as a person reads it; a dash for nothing."""
    return value.shown() if isinstance(value, Money) else "–"


@register.filter
def price_each(line: Any) -> str:
    """A unit price with its currency and at least the currency's digits: "£9.30", "£0.125"."""
    return shown_price(line.unit_price, line.order.currency)


@register.filter
def count(value: Any) -> str:
    """A whole number with its digits grouped; a dash for nothing."""
    return "–" if value is None or value == "" else shown.number(value)


@register.filter
def percent(value: Any, decimals: int = 1) -> str:
    """A share: 0.123 reads 12.3%."""
    return "–" if value is None or value == "" else shown.percent(value, decimals)


@register.filter
def clock(value: datetime | None) -> str:
    """The moment on the person's own clock."""
    return shown.short(value) if value else "–"


@register.filter
def exact(value: datetime | None) -> str:
    """The moment with year and zone, on the person's own clock."""
    return shown.exact(value) if value else "–"


@register.filter
def day(value: datetime | date | None) -> str:
    """The shop's business day."""
    return shown.business_day(value) if value else "–"


@register.filter
def words(value: Any) -> str:
    """A code as words: "ready_to_release" reads "Ready to release"."""
    text = str(value or "").replace("_", " ").replace(".", " ")
    return text[:1].upper() + text[1:]


@register.filter
def tone_icon(tone: str) -> str:
    """The icon that says the same as the color."""
    return TONE_ICONS.get(tone, "info")


@register.simple_tag
def ago(value: datetime | None) -> str:
    """Relative time; the exact one on hover, and in full for machines."""
    if not value:
        return "–"
    return time_html(value, shown.age(value))


@register.simple_tag(takes_context=True)
def who(context: Any, actor: str) -> str:
    """Who an actor is: "person:7" reads "Ada Byron"; asked once per actor and page."""
    known = context.render_context.setdefault("who", {})
    if actor not in known:
        known[actor] = names_of([actor]).get(actor, actor)
    return known[actor]


@register.simple_tag
def thing(key: str) -> str:
    """What a subject is, with a link to its page: "order:7" reads "Order 1042"."""
    found = things_of([key], current_actor()).get(key) if key else None
    if found is None:
        return words(key.replace(":", " ")) or "–"
    text = f"{words(found.kind)} {found.name}"
    return format_html('<a href="{}">{}</a>', found.url, text) if found.url else text


@register.filter
def fact(value: Any) -> str:
    """A stored fact as a person reads it: money as money, lists by commas."""
    match value:
        case {"amount": str(amount), "currency": str(currency)}:
            return Money.of(amount, currency).shown()
        case list():
            return ", ".join(fact(one) for one in value) or "none"
        case dict():
            return ", ".join(f"{words(name)}: {fact(one)}" for name, one in value.items())
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return shown.number(value)
    return "–" if value is None or value == "" else str(value)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A lucide icon, inline: `{% icon "truck" %}`; words beside it say what it means."""
    return _icon(str(name))


@lru_cache(maxsize=512)
def _icon(name: str) -> SafeString:
    try:
        svg = lucide._render_icon(name, 16, **{"class": "icon", "aria-hidden": "true"})
    except lucide.IconDoesNotExist:
        return _icon("circle")
    return mark_safe(svg)  # noqa: S308 - from the package's own files


@register.simple_tag
def badge(value: Any, tone: str = "") -> str:
    """A small state: `{% badge order.status %}`; the tone follows from the word unless given."""
    if value is None or value == "":
        return ""
    text = words(value)
    return badge_html(text, tone or tone_of(text))


@register.inclusion_tag("ui/field.html")
def field(bound: Any, label: str = "") -> dict[str, Any]:
    """One form field with its label, help and errors."""
    widget = bound.field.widget
    marks = {}
    if bound.errors:
        marks["aria-invalid"] = "true"
    many = isinstance(widget, RadioSelect) or getattr(widget, "use_fieldset", False)
    return {
        "field": bound,
        "widget": drawn(bound, marks),
        "label": label or bound.label,
        "check": isinstance(widget, CheckboxInput),
        "many": many,
    }


@register.inclusion_tag("ui/act.html", takes_context=True)
def act(
    context: Any,
    label: str,
    url: str,
    tone: str = "",
    icon: str = "",
    confirm: str = "",
    **hidden: Any,
) -> dict[str, Any]:
    """A button that posts: `{% act "Resume" url=... tone="primary" hold_id=hold.pk %}`.

    `confirm` is a question asked first (with script; the operation guards without it).
    """
    return {
        "label": label,
        "url": url,
        "tone": tone,
        "icon": icon,
        "confirm": confirm,
        "hidden": hidden,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("ui/empty.html")
def empty(title: str, text: str = "", url: str = "", label: str = "", icon: str = "inbox") -> dict:
    """A state with nothing in it: what this place is for, and what to do."""
    return {"title": title, "text": text, "url": url, "label": label, "icon": icon}


@register.inclusion_tag("ui/timeline.html")
def timeline(items: Any) -> dict[str, Any]:
    """What happened, newest first: `{% timeline timeline %}`."""
    return {"items": items}


@register.inclusion_tag("ui/alert.html")
def alert(text: str, tone: str = "info", title: str = "") -> dict[str, Any]:
    """A sentence that stays on the page: what happened, why, what to do."""
    return {"text": text, "tone": tone, "title": title}


@register.inclusion_tag("ui/tile.html")
def tile(figure: Any) -> dict[str, Any]:
    """One figure with its target and trend (a dict or core.pages.Figure)."""
    return {"figure": figure}


@register.simple_tag
def chart(spec: Any) -> str:
    """A chart of core.charts: SVG, title, unit, and its data as a table."""
    return spec.render()


@register.simple_tag(takes_context=True)
def panels(context: Any, entries: Any) -> SafeString:
    """The panels of a slot, each with its own template and context."""
    shown_panels = []
    for name, told in entries or ():
        with context.push(**told):
            shown_panels.append(get_template(name).template.render(context))
    return mark_safe("".join(shown_panels))  # noqa: S308 - rendered templates


@register.simple_tag
def table_rows(table: Any, *, bulk: bool = False) -> SafeString:
    """The rows of a list's table, cells labelled for narrow screens."""
    from core.tables import rows_html

    return rows_html(table, bulk=bulk)


@register.filter
def undo_url(tags: str | None) -> str:
    """Where the undo button of a message posts to, if it has one (core.pages.offer_undo)."""
    for tag in (tags or "").split():
        if tag.startswith("undo="):
            return tag.removeprefix("undo=")
    return ""


@register.filter
def message_tone(level: str | None) -> str:
    """Django's message levels in our four meanings."""
    return {"success": "good", "error": "bad", "warning": "warning"}.get(level or "", "info")


@register.filter
def go_key(section: str) -> str:
    """The letter that goes to a section of the rail after `g`."""
    from core.pages import GO_KEYS

    return GO_KEYS.get(section, "")


@register.filter
def neutral(value: str | None) -> str:
    """A tone, or neutral."""
    return value or NEUTRAL
