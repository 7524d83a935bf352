"""How other systems hear of us and come in: webhooks and tokens."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.actor import current_actor
from core.api.outside import tokens_of
from core.filters import DeliveryFilter
from core.forms import TokenForm, WebhookForm
from core.http import may
from core.lists import list_page
from core.models import WebhookDelivery, WebhookEndpoint
from core.pages import detail_page
from core.record_tables import DeliveryTable, WebhookTable
from core.repeats import leads_to
from core.tokens import make_token, revoke_token
from core.webhooks import add_webhook, change_webhook, delete_webhook, resend_webhook


@require_safe
@may("core.view_webhookendpoint")
def webhook_list(request: HttpRequest) -> HttpResponse:
    told = {
        "title": "Webhooks",
        "table": WebhookTable(WebhookEndpoint.objects.order_by("id")),
        "deliveries": WebhookDelivery.objects.select_related("endpoint").order_by("-id")[:20],
    }
    return render(request, "core/webhook_list.html", told)


@require_safe
@may("core.view_webhookendpoint")
def webhook(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(WebhookEndpoint, public_id=public_id)
    told = {
        "title": found.url,
        "endpoint": found,
        "deliveries": found.deliveries.order_by("-id")[:20],
    }
    return detail_page(
        request, subject=found, kind="webhook", template="core/webhook.html", context=told
    )


@require_http_methods(["GET", "HEAD", "POST"])
@may("core.add_webhookendpoint")
def webhook_new(request: HttpRequest) -> HttpResponse:
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = add_webhook(form.cleaned_data["url"], events=form.cleaned_data["events"])
        told = {"title": "Webhook made", "made": made, "secret": made.secret}
        return leads_to(render(request, "core/shown_once.html", told), reverse("core:webhook_list"))
    told = {"title": "New webhook", "form": form, "back": reverse("core:webhook_list")}
    return render(request, "core/form.html", told)


@require_POST
@may("core.change_webhookendpoint")
def webhook_switch(request: HttpRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(WebhookEndpoint, public_id=public_id)
    changed = change_webhook(found.pk, active=not found.active)
    messages.success(request, "Switched on." if changed.active else "Switched off.")
    return redirect(found)


@require_POST
@may("core.delete_webhookendpoint")
def webhook_delete(request: HttpRequest, public_id: str) -> HttpResponse:
    delete_webhook(get_object_or_404(WebhookEndpoint, public_id=public_id).pk)
    messages.success(request, "It is told of nothing any more.")
    return redirect("core:webhook_list")


@require_safe
@may("core.view_webhookdelivery")
def delivery_list(request: HttpRequest) -> HttpResponse:
    return list_page(
        request,
        rows=WebhookDelivery.objects.select_related("endpoint"),
        filters=DeliveryFilter,
        table=DeliveryTable,
        name="core.delivery_list",
        title="Webhook deliveries",
        views=[("Given up", "state=failed")],
    )


@require_POST
@may("core.resend_webhook")
def delivery_resend(request: HttpRequest, delivery_id: int) -> HttpResponse:
    found = resend_webhook(get_object_or_404(WebhookDelivery, pk=delivery_id).pk)
    messages.success(request, "It is sent again.")
    return redirect(found.endpoint)


@require_safe
@may("core.make_token")
def token_list(request: HttpRequest) -> HttpResponse:
    told = {"title": "Tokens", "tokens": tokens_of(current_actor())[:500]}
    return render(request, "core/token_list.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
@may("core.make_token")
def token_new(request: HttpRequest) -> HttpResponse:
    form = TokenForm(request.POST or None, permissions=current_actor().permissions)
    if request.method == "POST" and form.is_valid():
        token, text = make_token(**form.arguments())
        made = {"title": "Token made", "made": token, "secret": text}
        return leads_to(render(request, "core/shown_once.html", made), reverse("core:token_list"))
    told = {"title": "New token", "form": form, "back": reverse("core:token_list")}
    return render(request, "core/form.html", told)


@require_POST
@may("core.make_token")
def token_revoke(request: HttpRequest, token_key: str) -> HttpResponse:
    token = revoke_token(token_key)
    messages.success(request, f"{token.name} ended at once.")
    return redirect("core:token_list")
