"""An order to a vendor on paper: A4, as it is printed and mailed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from unicodedata import normalize

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from core import shown
from inventory.models import PurchaseOrder

WIDTH, HEIGHT = A4
MARGIN = 18 * mm
REGULAR, BOLD = "Helvetica", "Helvetica-Bold"
# title, right edge or left edge (for text), in mm from the left
COLUMNS = (("Our SKU", 18), ("Your code", 58), ("What", 92))
FIGURES = (("Units", 148), ("Packs", 164), ("Price", 180), ("Total", 192))


@dataclass(frozen=True, kw_only=True)
class OrderText:
    """What is printed: everything is text already."""

    number: str
    day: str
    vendor: list[str]
    ship_to: list[str]
    terms: list[tuple[str, str]]
    lines: list[tuple[str, str, str, str, str, str, str]]  # as COLUMNS and FIGURES name them
    promised: list[str] = field(default_factory=list)  # below each line
    total: str = ""
    note: str = ""


def draw_order(text: OrderText) -> bytes:
    """The order as PDF; the same order is the same bytes, however often it is drawn."""
    out = BytesIO()
    page = Canvas(out, pagesize=A4, invariant=1)
    page.setTitle(f"Purchase order {text.number}")
    place = _head(page, text)
    place = _line_heads(page, place)
    for line, promised in zip(text.lines, text.promised, strict=True):
        if place < 45 * mm:
            page.showPage()
            place = _line_heads(page, HEIGHT - 25 * mm)
        place = _line(page, line, promised, place)
    _foot(page, text, place)
    page.showPage()
    page.save()
    return out.getvalue()


def order_text(order: PurchaseOrder) -> OrderText:
    """The words of an order, as they are now."""
    lines = list(order.lines.select_related("sku").order_by("sku__code"))
    for line in lines:
        line.order = order
    place = order.warehouse
    town = f"{place.postal_code} {place.city}".strip()
    return OrderText(
        number=order.number,
        day=shown.business_day(order.sent_at or order.created_at),
        vendor=[order.vendor.name, f"Vendor {order.vendor.code}"],
        ship_to=_filled([place.name, place.line1, place.line2, town, place.region, place.country]),
        terms=[
            ("Payment", f"{order.payment_days} days"),
            *([("Delivery", order.incoterm)] if order.incoterm else []),
            ("Currency", order.currency),
        ],
        lines=[
            (
                line.sku.code, line.vendor_code, line.sku.title, f"{line.units:,}", line.packs,
                line.price_text, str(line.total.amount),
            )
            for line in lines
        ],
        promised=[f"due {line.promised:%d %b %Y}" if line.promised else "" for line in lines],
        total=order.total.shown(),
        note=order.note,
    )  # fmt: skip


def _filled(words: Sequence[str]) -> list[str]:
    return [word for word in words if word]


def _head(page: Canvas, text: OrderText) -> float:
    page.setFont(BOLD, 18)
    page.drawString(MARGIN, HEIGHT - 24 * mm, "Purchase order")
    page.setFont(BOLD, 13)
    page.drawString(MARGIN, HEIGHT - 31 * mm, _printable(text.number))
    page.setFont(REGULAR, 9)
    page.drawString(MARGIN, HEIGHT - 36 * mm, text.day)
    code = Code128(text.number, barWidth=0.33 * mm, barHeight=12 * mm, quiet=0)
    code.drawOn(page, WIDTH - MARGIN - code.width, HEIGHT - 32 * mm)
    lowest = min(
        _block(page, "To", text.vendor, MARGIN),
        _block(page, "Deliver to", text.ship_to, MARGIN + 62 * mm),
        _block(page, "Terms", [f"{name}: {said}" for name, said in text.terms], MARGIN + 124 * mm),
    )
    return lowest - 6 * mm


def _block(page: Canvas, title: str, lines: Sequence[str], left: float) -> float:
    place = HEIGHT - 48 * mm
    page.setFont(BOLD, 8)
    page.drawString(left, place, title)
    page.setFont(REGULAR, 9.5)
    for line in lines:
        place -= 4.6 * mm
        page.drawString(left, place, _fit(line, 9.5, 58 * mm))
    return place


def _line_heads(page: Canvas, place: float) -> float:
    page.setFont(BOLD, 8)
    for title, left in COLUMNS:
        page.drawString(left * mm, place, title)
    for title, right in FIGURES:
        page.drawRightString(right * mm, place, title)
    page.setLineWidth(0.6)
    page.line(MARGIN, place - 1.8 * mm, WIDTH - MARGIN, place - 1.8 * mm)
    return place - 6.5 * mm


def _line(page: Canvas, line: Sequence[str], promised: str, place: float) -> float:
    page.setFont(REGULAR, 8.5)
    widths = (38 * mm, 32 * mm, 44 * mm)
    for (_, left), cell, room in zip(COLUMNS, line[:3], widths, strict=True):
        page.drawString(left * mm, place, _fit(cell, 8.5, room))
    for (_, right), cell in zip(FIGURES, line[3:], strict=True):
        page.drawRightString(right * mm, place, cell)
    page.setFont(REGULAR, 7)
    page.drawString(92 * mm, place - 3.4 * mm, promised)
    return place - 8.5 * mm


def _foot(page: Canvas, text: OrderText, place: float) -> None:
    page.line(MARGIN, place + 2 * mm, WIDTH - MARGIN, place + 2 * mm)
    page.setFont(BOLD, 11)
    page.drawRightString(192 * mm, place - 4 * mm, f"Total {_printable(text.total)}")
    page.setFont(REGULAR, 9)
    place -= 12 * mm
    for part in simpleSplit(_printable(text.note), REGULAR, 9, WIDTH - 2 * MARGIN)[:6]:
        page.drawString(MARGIN, place, part)
        place -= 4.4 * mm
    page.setFont(REGULAR, 7.5)
    page.drawString(MARGIN, 14 * mm, f"Please name {text.number} on delivery notes and bills.")


def _fit(text: str, size: float, room: float) -> str:
    parts = simpleSplit(_printable(text), REGULAR, size, room)
    return parts[0] if parts else ""


def _printable(text: str) -> str:
    """What the printer's built-in font can show: else the letter without its accent, else "?"."""
    return "".join(
        letter if _known(letter) else _known(normalize("NFKD", letter)[0]) or "?" for letter in text
    )


def _known(letter: str) -> str:
    return letter.encode("cp1252", "ignore").decode("cp1252")
