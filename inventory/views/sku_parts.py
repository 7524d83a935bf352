"""Packs, barcodes and pictures of a SKU; archiving it; merging it into another."""

from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Refused
from core.http import may
from core.lists import list_page
from inventory import filters, tables
from inventory import sku_forms as forms
from inventory.models import Pack, Sku, SkuMerge
from inventory.operations.catalog.archive import archive_sku, restore_sku
from inventory.operations.catalog.barcodes import add_barcode, make_barcode_main, remove_barcode
from inventory.operations.catalog.find import sku_called
from inventory.operations.catalog.merge import MergePlan, merge_sku, plan_merge
from inventory.operations.catalog.packs import add_pack, change_pack
from inventory.operations.catalog.pictures import add_picture, order_pictures, remove_picture
from inventory.pictures import picture_file
from inventory.views.forms import applied
from inventory.views.purchasing.shared import form_page


def parts_of(sku: Sku) -> dict[str, Any]:
    """What the page of a SKU shows of them."""
    return {
        "packs": sku.packs.for_list(),
        "barcodes": sku.barcodes.select_related("pack").order_by(
            F("pack__units").asc(nulls_first=True), "id"
        ),
        "pictures": sku.pictures.order_by("position", "id"),
        "merged_from": SkuMerge.objects.for_list().filter(kept=sku).order_by("-merged_at"),
        "merge": SkuMerge.objects.for_list().filter(merged=sku).first(),
    }


@require_POST
@may("inventory.archive_sku")
def archive(request: HttpRequest, public_id: str) -> HttpResponse:
    """Put it away, or bring it back."""
    found = _sku(public_id)
    if found.archived_at is None and found.active:
        archive_sku(found.pk)
        messages.success(request, f"{found} is archived.")
    else:
        restore_sku(found.pk)
        messages.success(request, f"{found} is back.")
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
@may("inventory.change_sku")
def barcode_new(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _sku(public_id)
    form = forms.BarcodeForm(found, request.POST or None)
    if form.is_bound:
        made = applied(form, lambda: add_barcode(found.pk, **form.cleaned_data))
        if made is not None:
            messages.success(request, f"{made} means {found}, {made.units:,} at a scan.")
            return redirect(found)
    return form_page(request, form, f"Barcode of {found}", "Add it")


@require_POST
@may("inventory.change_sku")
def barcode_remove(request: HttpRequest, public_id: str, barcode: str) -> HttpResponse:
    row = get_object_or_404(_sku(public_id).barcodes, public_id=barcode)
    sku = remove_barcode(row.pk)
    messages.success(request, f"{row} is no barcode of {sku} any more.")
    return redirect(sku)


@require_POST
@may("inventory.change_sku")
def barcode_main(request: HttpRequest, public_id: str, barcode: str) -> HttpResponse:
    row = get_object_or_404(_sku(public_id).barcodes, public_id=barcode)
    sku = make_barcode_main(row.pk)
    messages.success(request, f"{row} is shown as the barcode of {sku}.")
    return redirect(sku)


@require_http_methods(["GET", "HEAD", "POST"])
@may("inventory.change_sku")
def pack_new(request: HttpRequest, public_id: str) -> HttpResponse:
    return _pack_page(request, _sku(public_id), None)


@require_http_methods(["GET", "HEAD", "POST"])
@may("inventory.change_sku")
def pack(request: HttpRequest, public_id: str, pack: str) -> HttpResponse:
    found = _sku(public_id)
    rows = found.packs.select_related("inside")
    return _pack_page(request, found, get_object_or_404(rows, public_id=pack))


def _pack_page(request: HttpRequest, sku: Sku, known: Pack | None) -> HttpResponse:
    form = forms.PackForm(sku, request.POST or None, pack=known)
    if form.is_bound:
        saved = applied(form, lambda: _save_pack(sku, known, form.cleaned_data))
        if saved is not None:
            messages.success(request, f"{saved} is saved.")
            return redirect(sku)
    title = f"{known.name} of {sku}" if known else f"Pack of {sku}"
    return form_page(request, form, title, "Save" if known else "Add it")


def _save_pack(sku: Sku, known: Pack | None, given: dict[str, Any]) -> Pack:
    return add_pack(sku.pk, given) if known is None else change_pack(known.pk, given)


@require_http_methods(["GET", "HEAD", "POST"])
@may("inventory.change_sku")
def picture_new(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _sku(public_id)
    form = forms.PictureForm()
    if request.method == "POST":
        form = forms.PictureForm(request.POST, request.FILES)
        made = applied(form, lambda: add_picture(found.pk, **form.cleaned_data))
        if made is not None:
            messages.success(request, "The picture is added.")
            return redirect(found)
    return form_page(request, form, f"Picture of {found}", "Add it")


@require_POST
@may("inventory.change_sku")
def picture_first(request: HttpRequest, public_id: str, picture: str) -> HttpResponse:
    """Show this one first; the others stay in order behind it."""
    found = _sku(public_id)
    ids = list(found.pictures.order_by("position", "id").values_list("public_id", flat=True))
    if picture not in ids:
        raise Http404
    order_pictures(found.pk, [picture, *(one for one in ids if one != picture)])
    return redirect(found)


@require_POST
@may("inventory.change_sku")
def picture_remove(request: HttpRequest, public_id: str, picture: str) -> HttpResponse:
    row = get_object_or_404(_sku(public_id).pictures, public_id=picture)
    remove_picture(row.pk)
    messages.success(request, "The picture is removed.")
    return redirect(_sku(public_id))


@require_safe
@may("inventory.view_sku")
def picture(request: HttpRequest, public_id: str, picture: str) -> Any:
    """The picture itself."""
    return picture_file(get_object_or_404(_sku(public_id).pictures, public_id=picture))


@require_http_methods(["GET", "HEAD", "POST"])
@may("inventory.merge_sku")
def merge(request: HttpRequest, public_id: str) -> HttpResponse:
    """Merge it into another: which one, what would move, what is in the way."""
    found = _sku(public_id)
    asked = request.GET.get("into", "")[:64]
    form = forms.MergeForm(request.POST or None, initial={"into": asked})
    if form.is_bound:
        done = applied(form, lambda: _merge(found, form.cleaned_data))
        if done is not None:
            messages.success(request, f"{done.merged} went up in {done.kept}.")
            return redirect(done)
    plan, problem = _plan(found, form.data.get("into", "") if form.is_bound else asked)
    told = {
        "title": f"Merge {found}", "subject": found, "form": form, "plan": plan,
        "problem": problem, "asked": asked,
    }  # fmt: skip
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "inventory/sku_merge_new.html", told, status=status)


def _merge(sku: Sku, given: dict[str, Any]) -> SkuMerge:
    kept = sku_called(given["into"].strip(), field="into")
    return merge_sku(sku.pk, kept.pk, reason=given["reason"])


def _plan(sku: Sku, into: str) -> tuple[MergePlan | None, str]:
    if not into.strip():
        return None, ""
    try:
        kept = sku_called(into.strip(), field="into")
        return (plan_merge(sku, kept), "") if kept != sku else (None, "Choose another SKU.")
    except Refused as refusal:
        return None, str(refusal.facts.get("fix") or refusal)


@require_safe
@may("inventory.view_skumerge")
def merge_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=SkuMerge.objects.for_list(),
        filters=filters.SkuMergeFilter,
        table=tables.SkuMergeTable,
        name="inventory.sku_merge_list",
        title="Merged SKUs",
    )


@require_safe
@may("inventory.view_skumerge")
def merged(request: HttpRequest, public_id: str) -> HttpResponse:
    """One merge: what moved."""
    found = get_object_or_404(SkuMerge.objects.for_list(), public_id=public_id)
    return render(request, "inventory/sku_merge.html", {"title": str(found), "subject": found})


def _sku(public_id: str) -> Sku:
    return get_object_or_404(Sku, public_id=public_id)
