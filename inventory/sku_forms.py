"""What people fill in about packs, barcodes, pictures and merges of SKUs."""

from typing import Any

from django import forms

from inventory.models import Pack, Sku
from inventory.operations.catalog.packs import MOST_PACK

SIDES = ("length_mm", "width_mm", "height_mm")


class BarcodeForm(forms.Form):
    """One more barcode; not called "barcode", for such forms are scans."""

    text = forms.CharField(max_length=64, label="Barcode")
    pack = forms.ChoiceField(required=False, label="It is on", choices=[("", "A single unit")])
    internal = forms.BooleanField(
        required=False, label="A code of our own", help_text="Then its check digit is not asked."
    )
    main = forms.BooleanField(required=False, label="Show it as the SKU's own")

    def __init__(self, sku: Sku, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        packs = [(pack.name, str(pack)) for pack in sku.packs.live().for_list()]
        self.fields["pack"].choices = [("", "A single unit"), *packs]  # type: ignore[attr-defined]


class PackForm(forms.Form):
    """A pack: so many of a smaller one."""

    name = forms.CharField(max_length=32, help_text="inner, case, pallet, …")
    count = forms.IntegerField(min_value=1, max_value=MOST_PACK, label="Holds")
    inside = forms.ChoiceField(required=False, label="Of", choices=[("", "single units")])
    weight_grams = forms.IntegerField(required=False, min_value=1, label="Weight (g)")
    length_mm = forms.IntegerField(required=False, min_value=1, label="Length (mm)")
    width_mm = forms.IntegerField(required=False, min_value=1, label="Width (mm)")
    height_mm = forms.IntegerField(required=False, min_value=1, label="Height (mm)")
    active = forms.BooleanField(required=False, initial=True, label="Used")

    def __init__(self, sku: Sku, *args: Any, pack: Pack | None = None, **options: Any) -> None:
        if pack is not None:
            given = {name: getattr(pack, name) for name in self.base_fields}
            options["initial"] = given | {"inside": pack.inside.name if pack.inside else ""}
        super().__init__(*args, **options)
        others = sku.packs.live().exclude(pk=pack.pk if pack else None).for_list()
        choices = [(one.name, str(one)) for one in others]
        self.fields["inside"].choices = [  # type: ignore[attr-defined]
            ("", "single units"), *choices,
        ]  # fmt: skip


class PictureForm(forms.Form):
    """One more picture."""

    image = forms.FileField(label="Picture", help_text="JPEG, PNG or WebP, at most 5 MB.")
    caption = forms.CharField(max_length=120, required=False, help_text="What is to be seen.")


class MergeForm(forms.Form):
    """Which SKU goes on for this one, and why."""

    into = forms.CharField(max_length=64, label="Keep (SKU code or barcode)")
    reason = forms.CharField(max_length=200, help_text="Why they are the same thing.")
