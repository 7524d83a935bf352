"""What files of products, stock and costs hold: one line per column, for reading and writing."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.errors import BadValue
from inventory.operations.catalog import fields
from inventory.operations.catalog.barcodes import MAIN_MOST
from inventory.operations.catalog.skus import PRODUCT_RULES, SKU_RULES
from inventory.operations.stock.booking import MOST_UNITS
from inventory.states import AdjustReason

Read = Callable[[str, str], Any]
YES, NO = {"yes", "true", "1", "y"}, {"no", "false", "0", "n"}
KINDS = ("products", "stock", "costs")


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: what headers call it, how a cell is read, where its value is found.

    `source` is the path of the value from a row of the export; empty where it has none.
    """

    name: str
    label: str
    words: tuple[str, ...] = ()
    read: Read
    source: str = ""
    needed: bool = False
    digits: bool = False  # a code that looks like a number: spreadsheets spoil those

    def known_as(self, word: str) -> bool:
        """Whether a header, in small letters and single spaces, means this column."""
        return word in {self.label.lower(), self.name.replace("_", " "), *self.words}


def _whole(field: str, cell: str) -> Any:
    if not (cell.isascii() and cell.isdigit() and len(cell) < 12):
        raise BadValue(field=field, fix="Give a whole number, digits only.")
    return SKU_RULES[field](field, int(cell)) if field in SKU_RULES else int(cell)


def _units(field: str, cell: str) -> int:
    units: int = _whole(field, cell)
    if units > MOST_UNITS:
        raise BadValue(field=field, fix=f"Give at most {MOST_UNITS} units.")
    return units


def _amount(field: str, cell: str) -> Decimal | None:
    return fields.amount(field, cell)


def _yes_or_no(field: str, cell: str) -> bool:
    if cell.lower() not in YES | NO:
        raise BadValue(field=field, fix="Write yes or no.")
    return cell.lower() in YES


def _reason(field: str, cell: str) -> str:
    if cell.lower() not in AdjustReason.values:
        raise BadValue(field=field, fix=f"Choose one of {', '.join(AdjustReason.values)}.")
    return cell.lower()


def _product_rule(name: str) -> Read:
    return lambda field, cell: PRODUCT_RULES[name](field, cell)


SKU = Column(
    name="sku", label="SKU", needed=True, digits=True, read=SKU_RULES["code"],
    words=("sku code", "code", "item", "item code", "article", "article number", "stockcode",
           "stock code", "product code", "variant sku"),
)  # fmt: skip
CURRENCY = Column(name="currency", label="Currency", read=SKU_RULES["currency"], source="currency")


def _of_sku(name: str, label: str, *words: str, read: Read | None = None) -> Column:
    return Column(
        name=name, label=label, words=words, source=name, read=read or SKU_RULES[name],
        digits=name in {"barcode", "hs_code", "un_number"},
    )  # fmt: skip


# A new field of SKUs: one line here (and its rule in SKU_RULES) makes it readable and writable.
PRODUCTS: tuple[Column, ...] = (
    Column(**{**SKU.__dict__, "source": "code"}),
    _of_sku("title", "Title", "name", "product name", "item name"),
    _of_sku(
        "barcode", "Barcode", "ean", "ean13", "gtin", "upc", "variant barcode",
        read=fields.barcode_of(MAIN_MOST, internal=True),  # check digits: only of what is new
    ),
    _of_sku("weight_grams", "Weight (g)", "weight", "weight g", "grams", read=_whole),
    _of_sku("length_mm", "Length (mm)", "length", read=_whole),
    _of_sku("width_mm", "Width (mm)", "width", read=_whole),
    _of_sku("height_mm", "Height (mm)", "height", read=_whole),
    _of_sku("hs_code", "HS code", "customs code", "tariff code", "commodity code"),
    _of_sku("origin_country", "Origin", "origin country", "country of origin"),
    _of_sku("hazard_class", "Hazard class", "dangerous goods", "dg class"),
    _of_sku("un_number", "UN number", "un", "un no"),
    _of_sku("unit_price", "Unit price", "price", "sales price", "retail price", "variant price"),
    CURRENCY,
    _of_sku("active", "Sold", "active", "status", read=_yes_or_no),
    Column(
        name="product_id", label="Product ID", read=fields.text(16), source="product__public_id"
    ),
    Column(
        name="product_title", label="Product", words=("product", "parent", "group"),
        read=_product_rule("title"), source="product__title",
    ),
    Column(
        name="category", label="Category", words=("type", "product type", "department"),
        read=_product_rule("category"), source="product__category",
    ),
    Column(
        name="description", label="Description", words=("body", "long description"),
        read=_product_rule("description"), source="product__description",
    ),
)  # fmt: skip
STOCK: tuple[Column, ...] = (
    Column(**{**SKU.__dict__, "source": "sku__code"}),
    Column(
        name="warehouse", label="Warehouse", needed=True, read=fields.code(16), digits=True,
        words=("location", "site", "warehouse code"), source="warehouse__code",
    ),
    Column(
        name="expected", label="On hand", read=_units, source="on_hand",
        words=("expected on hand", "present", "in stock"),
    ),
    Column(
        name="units", label="Set to", read=_units, source="on_hand", needed=True,
        words=("new on hand", "quantity", "qty", "count", "counted", "stock", "new quantity"),
    ),
    Column(name="reason", label="Reason", read=_reason),
)  # fmt: skip
COSTS: tuple[Column, ...] = (
    Column(**{**SKU.__dict__, "source": "code"}),
    Column(
        name="unit_cost", label="Unit cost", read=_amount, source="unit_cost", needed=True,
        words=("cost", "cost price", "purchase price", "cost per item"),
    ),
    CURRENCY,
)  # fmt: skip
COLUMNS: dict[str, tuple[Column, ...]] = {"products": PRODUCTS, "stock": STOCK, "costs": COSTS}


def columns_of(kind: str) -> dict[str, Column]:
    """The columns of a kind by name. Raises BadValue for a kind that there is not."""
    if kind not in COLUMNS:
        raise BadValue(field="kind", fix=f"Choose one of {', '.join(KINDS)}.")
    return {column.name: column for column in COLUMNS[kind]}
