"""Pages of orders."""

from django.urls import path

from orders.views import (
    acts,
    counts,
    customers,
    exceptions,
    fulfillments,
    imports,
    inbound,
    new,
    orders,
    profiles,
)

app_name = "orders"
urlpatterns = [
    path("", orders.order_list, name="order_list"),
    path("new/", new.order_new, name="order_new"),
    path("inbound/", inbound.inbound, name="inbound"),
    path("import/", imports.import_orders, name="import"),
    path("import/<slug:public_id>/", imports.import_aside, name="import_aside"),
    path("profiles/", profiles.profile_list, name="profile_list"),
    path("profiles/new/", profiles.profile_new, name="profile_new"),
    path("profiles/<slug:code>/", profiles.profile, name="profile"),
    path("exceptions/", exceptions.exception_list, name="exception_list"),
    path("exceptions/<slug:public_id>/", exceptions.exception, name="exception"),
    path(
        "exceptions/<slug:public_id>/resolve/",
        exceptions.exception_resolve,
        name="exception_resolve",
    ),
    path(
        "exceptions/<slug:public_id>/snooze/",
        exceptions.exception_snooze,
        name="exception_snooze",
    ),
    path(
        "exceptions/<slug:public_id>/assign/",
        exceptions.exception_assign,
        name="exception_assign",
    ),
    path("customers/", customers.customer_list, name="customer_list"),
    path("customers/<slug:public_id>/", customers.customer, name="customer"),
    path("fulfillments/", fulfillments.fulfillment_list, name="fulfillment_list"),
    path(
        "fulfillments/<slug:public_id>/cancel/",
        acts.fulfillment_cancel,
        name="fulfillment_cancel",
    ),
    path("short-for-count/<slug:public_id>/", counts.short_for_a_count, name="short_for_count"),
    path("<slug:public_id>/", orders.order, name="order"),
    path("<slug:public_id>/hold/", acts.order_hold, name="order_hold"),
    path("<slug:public_id>/resume/", acts.order_resume, name="order_resume"),
    path("<slug:public_id>/release/", acts.order_release, name="order_release"),
    path("<slug:public_id>/cancel/", acts.order_cancel, name="order_cancel"),
    path("<slug:public_id>/cancel-short/", acts.order_cancel_short, name="order_cancel_short"),
    path("<slug:public_id>/fill/", acts.order_fill, name="order_fill"),
    path("<slug:public_id>/exception/", acts.order_exception, name="order_exception"),
    path("<slug:public_id>/source/", acts.order_source, name="order_source"),
    path("<slug:public_id>/payment/", acts.order_payment, name="order_payment"),
    path("<slug:public_id>/address/", acts.order_address, name="order_address"),
    path("<slug:public_id>/gates/<slug:gate>/", acts.order_gate, name="order_gate"),
]
