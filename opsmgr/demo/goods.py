"""What the demo shop sells: 600 things with sizes, weights, costs and prices."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

# noun, category, grams, (length, width, height) in mm, cost, HS code
KINDS = [
    ("Mug", "Kitchen", 380, (120, 100, 100), "2.90", "691200"),
    ("Teapot", "Kitchen", 950, (230, 160, 150), "8.40", "691110"),
    ("Tea towel", "Kitchen", 110, (240, 170, 12), "1.60", "630260"),
    ("Cutting board", "Kitchen", 1200, (380, 250, 22), "6.90", "441911"),
    ("Storage jar", "Kitchen", 640, (130, 130, 180), "3.70", "701349"),
    ("Lantern", "Light", 820, (180, 180, 290), "7.80", "940550"),
    ("Table lamp", "Light", 1900, (300, 300, 420), "16.50", "940521"),
    ("Candle", "Light", 420, (90, 90, 110), "2.20", "340600"),
    ("Cushion", "Living", 520, (450, 450, 120), "5.10", "940490"),
    ("Throw", "Living", 980, (360, 280, 90), "11.30", "630140"),
    ("Picture frame", "Living", 460, (260, 210, 20), "3.40", "441410"),
    ("Wall clock", "Living", 1100, (320, 320, 50), "9.20", "910521"),
    ("Notebook", "Paper", 290, (215, 150, 16), "1.90", "482010"),
    ("Card set", "Paper", 120, (175, 130, 22), "1.10", "490900"),
    ("Gift wrap", "Paper", 180, (720, 50, 50), "0.90", "480256"),
    ("Tote bag", "Bags", 160, (380, 260, 15), "1.75", "420222"),
    ("Lunch box", "Bags", 410, (210, 150, 80), "4.30", "392410"),
    ("Plant pot", "Garden", 1400, (200, 200, 190), "5.60", "691410"),
    ("Bird feeder", "Garden", 730, (180, 160, 260), "6.10", "442199"),
    ("Watering can", "Garden", 880, (310, 150, 260), "7.40", "732393"),
]
RANGES = [
    "Harbor", "Orchard", "Meadow", "Atlas", "Juniper", "Lighthouse", "Saffron", "Willow",
    "Quarry", "Alder", "Marlow", "Fern",
]  # fmt: skip
SHADES = ["Slate", "Cream", "Moss", "Rust", "Ink"]
ORIGINS = ["GB", "PT", "IN", "CN", "PL", "TR"]
MARKUP = {"Kitchen": "2.6", "Light": "2.3", "Living": "2.4", "Paper": "3.2", "Bags": "2.8"}


@dataclass(frozen=True)
class Good:
    """One SKU to be: `weight` is how often customers want it, most things seldom."""

    code: str
    title: str
    product: str
    category: str
    grams: int
    size_mm: tuple[int, int, int]
    cost: Decimal
    price: Decimal
    hs_code: str
    origin: str
    barcode: str
    weight: float


def all_goods(chance: Random, *, number: int = 600) -> list[Good]:
    """The range of goods, the same for the same seed."""
    goods = []
    for place in range(number):
        noun, category, grams, size, cost, hs_code = KINDS[place % len(KINDS)]
        brand = RANGES[place // len(KINDS) % len(RANGES)]
        shade = SHADES[place // (len(KINDS) * len(RANGES)) % len(SHADES)]
        spread = Decimal(chance.randrange(85, 130)) / 100
        price = Decimal(cost) * spread * Decimal(MARKUP.get(category, "2.5"))
        goods.append(
            Good(
                code=f"{brand[:3]}-{noun.replace(' ', '')[:5]}-{shade[:3]}".upper(),
                title=f"{brand} {noun.lower()}, {shade.lower()}",
                product=f"{brand} {noun.lower()}",
                category=category,
                grams=round(grams * float(spread)),
                size_mm=size,
                cost=(Decimal(cost) * spread).quantize(Decimal("0.01")),
                price=price.quantize(Decimal(1)) - Decimal("0.05"),
                hs_code=hs_code,
                origin=chance.choice(ORIGINS),
                barcode=_ean13(place),
                weight=1 / (1 + chance.randrange(number)) ** 0.7,
            )
        )
    return goods


def _ean13(place: int) -> str:
    """A number from the range that is kept free for use inside a company, with check digit."""
    body = f"20{place:010}"
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(body))
    return f"{body}{-total % 10}"
