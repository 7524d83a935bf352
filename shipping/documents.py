"""What comes out of printers as PDF: the 4×6 inch label."""

from dataclasses import dataclass, field
from io import BytesIO
from unicodedata import normalize

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import inch, mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT, MARGIN = 4 * inch, 6 * inch, 4 * mm
REGULAR, BOLD = "Helvetica", "Helvetica-Bold"


@dataclass(frozen=True, kw_only=True)
class LabelText:
    """What is printed on a label."""

    carrier: str
    service: str
    tracking_number: str
    parcel: str
    weight_grams: int
    sender: list[str] = field(default_factory=list)
    receiver: list[str] = field(default_factory=list)
    country: str = ""


def draw_label(text: LabelText) -> bytes:
    """A 4×6 inch page: service, sender, receiver, and the tracking number as Code 128."""
    out = BytesIO()
    # invariant: the same label is the same bytes, however often it is drawn
    page = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1)
    page.setTitle(f"Label {text.tracking_number}")
    _head(page, text)
    _addresses(page, text)
    _barcode(page, text)
    page.showPage()
    page.save()
    return out.getvalue()


def _head(page: Canvas, text: LabelText) -> None:
    page.setFont(BOLD, 16)
    page.drawString(MARGIN, HEIGHT - 11 * mm, _fit(text.carrier, BOLD, 16, WIDTH * 0.6))
    page.setFont(REGULAR, 9)
    page.drawRightString(WIDTH - MARGIN, HEIGHT - 9 * mm, f"{text.weight_grams / 1000:.2f} kg")
    page.setFont(BOLD, 11)
    page.drawString(MARGIN, HEIGHT - 18 * mm, _fit(text.service, BOLD, 11, WIDTH - 2 * MARGIN))
    _rule(page, HEIGHT - 21 * mm)


def _addresses(page: Canvas, text: LabelText) -> None:
    _block(page, ["From", *text.sender[:6]], top=HEIGHT - 25 * mm, size=7.5)
    _rule(page, HEIGHT - 50 * mm)
    _block(page, ["To", *text.receiver[:7]], top=HEIGHT - 56 * mm, size=12)
    page.setFont(BOLD, 26)
    page.drawRightString(WIDTH - MARGIN, 54 * mm, text.country)
    _rule(page, 51 * mm)


def _barcode(page: Canvas, text: LabelText) -> None:
    # 20 mm high; the bars as wide as the paper allows, with ten modules of quiet on each side
    room = WIDTH - 2 * MARGIN
    narrow = Code128(text.tracking_number, barWidth=1, quiet=0)
    bar = min(0.5 * mm, room / (narrow.width + 20))
    code = Code128(text.tracking_number, barWidth=bar, barHeight=24 * mm, quiet=0)
    code.drawOn(page, (WIDTH - code.width) / 2, 20 * mm)
    page.setFont(BOLD, 13)
    page.drawCentredString(WIDTH / 2, 13 * mm, text.tracking_number)
    page.setFont(REGULAR, 8)
    page.drawCentredString(WIDTH / 2, 7 * mm, f"Parcel {text.parcel}")


def _block(page: Canvas, lines: list[str], *, top: float, size: float) -> None:
    page.setFont(REGULAR, 7)
    page.drawString(MARGIN, top, lines[0])
    page.setFont(REGULAR, size)
    place = top - size - 2
    for line in lines[1:]:
        for part in simpleSplit(_printable(line), REGULAR, size, WIDTH - 2 * MARGIN)[:2]:
            page.drawString(MARGIN, place, part)
            place -= size * 1.2


def _rule(page: Canvas, height: float) -> None:
    page.setLineWidth(0.8)
    page.line(MARGIN, height, WIDTH - MARGIN, height)


def _fit(text: str, font: str, size: float, room: float) -> str:
    parts = simpleSplit(_printable(text), font, size, room)
    return parts[0] if parts else ""


def _printable(text: str) -> str:
    """What the printer's built-in font can show: else the letter without its accent, else "?"."""
    return "".join(
        letter if _known(letter) else _known(normalize("NFKD", letter)[0]) or "?" for letter in text
    )


def _known(letter: str) -> str:
    return letter.encode("cp1252", "ignore").decode("cp1252")
