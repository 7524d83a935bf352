"""Lists of stock from files: checked at once, booked in the background."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from core.errors import Refused
from core.http import may
from inventory import forms
from inventory.batches import check_file, start_import


@require_http_methods(["GET", "POST"])
@may("inventory.import_stock")
def stock_import(request: HttpRequest) -> HttpResponse:
    """Check a list, or check and book it; what will not do is shown by row and column."""
    told: dict = {"title": "Import stock", "form": forms.ImportForm()}
    if request.method == "POST":
        form = forms.ImportForm(request.POST, request.FILES)
        told["form"] = form
        if form.is_valid():
            batch = _checked(request, form, told)
            if batch is not None:
                return batch
    wrong = told["form"].errors or told.get("refusal")
    return render(request, "inventory/import.html", told, status=422 if wrong else 200)


def _checked(request: HttpRequest, form: forms.ImportForm, told: dict) -> HttpResponse | None:
    file = form.cleaned_data["file"]
    try:
        told["summary"] = check_file(file, form.options())
    except Refused as refusal:
        told["refusal"] = refusal
        told["problems"] = refusal.facts.get("problems", [])
        return None
    if request.POST.get("act") != "book":
        return None
    batch = start_import(file, form.options())
    messages.success(request, "The list was checked and is being booked.")
    return redirect(f"/batches/{batch.public_id}/")
