"""Barcodes of SKUs from a file: whose they become, and whose they stay."""

from collections.abc import Sequence

from core.errors import BadValue
from inventory.models import Barcode, Sku
from inventory.models.barcodes import key_of
from inventory.operations.catalog import fields
from inventory.operations.catalog.barcodes import MAIN_MOST, as_row
from inventory.operations.exchange.plan import NEW, Outcome, Problem

CHUNK = 1000
_sound = fields.barcode_of(MAIN_MOST)


def barcode_problems(outcomes: Sequence[Outcome]) -> list[Problem]:
    """Barcodes that will not do, or that another SKU keeps: one that the file leaves as it is."""
    problems = [*_unsound(outcomes), *_codes_taken(outcomes)]
    wanted = _wanted(outcomes)
    giving = {one.data[1].pk: one.data[1] for one in outcomes if one.data[1] and _changes(one)}
    for held in Barcode.objects.filter(key__in=list(wanted)).select_related("sku"):
        one = wanted[held.key]
        mine = one.data[1] is not None and one.data[1].pk == held.sku_id
        if mine and held.pack_id is None:
            continue
        giver = giving.get(held.sku_id)
        given = giver is not None and held.pack_id is None and held.text == giver.barcode
        if mine or not given:
            fix = f"{held.sku} has it already; give another."
            problems.append((one.row, "barcode", fix))
    return problems


def write_barcodes(outcomes: Sequence[Outcome]) -> None:
    """Let each SKU have the barcode that its row names; one that nobody asks for stays beside it.

    The SKUs are locked and saved, and have ids.
    """
    wanted, ids = _wanted(outcomes), _ids(outcomes)
    keys = list(wanted)
    there = {row.key: row for row in Barcode.objects.filter(key__in=keys)}
    gone = {row.pk for key, row in there.items() if row.sku_id != ids[wanted[key].key]}
    Barcode.objects.filter(pk__in=gone | _cleared(outcomes)).delete()
    made = []
    for key, one in wanted.items():
        text, held = one.data[0].values["barcode"], there.get(key)
        if held is None or held.pk in gone:
            made.append(as_row(Sku(pk=ids[one.key]), text))
        elif held.text != text:
            Barcode.objects.filter(pk=held.pk).update(text=text)
    Barcode.objects.bulk_create(made, batch_size=CHUNK)


def _cleared(outcomes: Sequence[Outcome]) -> set[int]:
    """Rows of barcodes that SKUs had as their main one and are to have no more."""
    was = {
        one.data[1].pk: one.changes["barcode"][0]
        for one in outcomes
        if _changes(one) and one.data[1] is not None and not one.data[0].values["barcode"]
    }
    rows = Barcode.objects.filter(sku__in=was, pack=None).values_list("pk", "sku_id", "text")
    return {pk for pk, sku_id, text in rows if was[sku_id] == text}


def _changes(one: Outcome) -> bool:
    return "barcode" in one.changes


def _wanted(outcomes: Sequence[Outcome]) -> dict[str, Outcome]:
    """Key of a barcode -> the row that asks for it; rows that share one are refused before."""
    return {
        key_of(one.data[0].values["barcode"]): one
        for one in outcomes
        if _changes(one) and one.data[0].values["barcode"]
    }


def _ids(outcomes: Sequence[Outcome]) -> dict[str, int]:
    codes = [one.key for one in outcomes if _changes(one)]
    return dict(Sku.objects.filter(code__in=codes).values_list("code", "pk"))


def _unsound(outcomes: Sequence[Outcome]) -> list[Problem]:
    """An old barcode that would not pass today is refused only where it is new."""
    problems = []
    for one in outcomes:
        if not _changes(one):
            continue
        try:
            _sound("barcode", one.data[0].values["barcode"])
        except BadValue as refusal:
            problems.append((one.row, "barcode", str(refusal.facts["fix"])))
    return problems


def _codes_taken(outcomes: Sequence[Outcome]) -> list[Problem]:
    """Codes of new SKUs that scanners read as another one, and barcodes that are others' codes."""
    new = {key_of(one.key): one for one in outcomes if one.what == NEW}
    held = Barcode.objects.filter(key__in=list(new)).select_related("sku")
    problems = [
        (new[row.key].row, "sku", f"It is a barcode of {row.sku}; give another code.")
        for row in held
    ]
    texts = {one.data[0].values["barcode"]: one for one in _wanted(outcomes).values()}
    for code in Sku.objects.filter(code__in=list(texts)).values_list("code", flat=True):
        one = texts[code]
        if one.key != code:
            problems.append((one.row, "barcode", f"{code} is the code of another SKU."))
    return problems
