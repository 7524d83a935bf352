"""Where shipping appears in the dashboard: the rail, search, Today, the order page."""

from django.urls import reverse
from django.utils.http import urlencode

from core.pages import Lane, NavItem, SearchProvider, lanes, nav, search
from core.registry import Panel
from core.roles import Role
from orders.ports import exception_fixes, order_panels, why_urls
from orders.states import ExceptionKind
from shipping import panels

SECTION = "Fulfillment"


def add_to_dashboard() -> None:
    """Called once, from `apps.py`."""
    counted = {
        "queue": "to pick, to pack or to hand over",
        "hand_over": "labelled, waiting for the driver",
    }
    for name, label, url, permission, icon, count in (
        ("10 queue", "Queue", "queue", "view_parcel", "package-open", panels.queue_count),
        ("20 pick lists", "Pick lists", "pick_list", "view_picklist", "list-checks", None),
        ("30 parcels", "Parcels", "parcel_list", "view_parcel", "package", None),
        ("40 hand over", "Hand over", "hand_over", "hand_over", "truck", panels.hand_over_count),
        ("50 manifests", "Manifests", "manifest_list", "view_manifest", "clipboard-list", None),
        ("60 rates", "Rates", "rates", "view_rates", "scale", None),
    ):
        item = NavItem(
            section=SECTION, label=label, url=f"shipping:{url}", icon=icon, count=count,
            counted=counted.get(url, ""),
            permission=f"shipping.{permission}",
        )  # fmt: skip
        nav.add(f"{name} shipping", item)
    search.add(
        "parcels", SearchProvider(permission="shipping.view_parcel", find=panels.find_parcels)
    )
    search.add(
        "pick lists and manifests",
        SearchProvider(permission="shipping.view_manifest", find=panels.find_papers),
    )
    for kind in (ExceptionKind.LOST_PARCEL, ExceptionKind.CARRIER_FAILED):
        exception_fixes.add(kind, panels.parcel_fix)
    order_panels.add(
        "30 parcels",
        Panel(
            template="shipping/order_parcels.html",
            permission="shipping.view_parcel",
            context=panels.parcels_of,
        ),
    )
    why_urls.add("to_pick", lambda order: reverse("shipping:queue"))
    why_urls.add("picking", lambda order: reverse("shipping:pick_list"))
    why_urls.add(
        "to_pack", lambda order: f"{reverse('shipping:find')}?{urlencode({'barcode': order})}"
    )
    why_urls.add("to_hand_over", panels.hand_over_url)
    _add_lanes()


def _add_lanes() -> None:
    lanes.add(
        "40 carrier failed",
        Lane(
            title="Carrier failed",
            permission="shipping.view_parcel",
            url="/shipping/parcels/?failed=true",
            rows=panels.without_a_carrier,
            row=panels.lane_row,
            roles=(Role.PICKER, Role.MANAGER),
        ),
    )
    lanes.add(
        "45 to hand over",
        Lane(
            title="To hand over",
            permission="shipping.hand_over",
            url="/shipping/hand-over/",
            rows=panels.waiting_for_the_driver,
            row=panels.lane_row,
            roles=(Role.PICKER,),
        ),
    )
