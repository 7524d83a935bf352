"""Pages of shipping."""

from django.urls import path

from shipping.views import manifests, pack, parcels, pick, queue, rates

app_name = "shipping"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("find/", queue.find, name="find"),
    path("pick/", pick.pick_list, name="pick_list"),
    path("pick/start/", queue.pick_start, name="pick_start"),
    path("pick/<slug:public_id>/", pick.pick, name="pick"),
    path("pick/<slug:public_id>/scan/", pick.pick_scan, name="pick_scan"),
    path("pick/<slug:public_id>/find/", pick.pick_find, name="pick_find"),
    path("pick/<slug:public_id>/short/", pick.pick_short, name="pick_short"),
    path("pick/<slug:public_id>/print/", pick.pick_print, name="pick_print"),
    path("pack/<slug:public_id>/", pack.pack, name="pack"),
    path("pack/<slug:public_id>/scan/", pack.pack_scan, name="pack_scan"),
    path("pack/<slug:public_id>/clear/", pack.pack_clear, name="pack_clear"),
    path("pack/<slug:public_id>/close/", pack.pack_close, name="pack_close"),
    path("parcels/", parcels.parcel_list, name="parcel_list"),
    path("parcels/<slug:public_id>/", parcels.parcel, name="parcel"),
    path("parcels/<slug:public_id>/slip/", pack.slip, name="slip"),
    path("parcels/<slug:public_id>/select/", parcels.parcel_select, name="parcel_select"),
    path("parcels/<slug:public_id>/override/", parcels.parcel_override, name="parcel_override"),
    path("parcels/<slug:public_id>/label/", parcels.parcel_label, name="parcel_label"),
    path("parcels/<slug:public_id>/void/", parcels.parcel_void, name="parcel_void"),
    path("parcels/<slug:public_id>/cancel/", parcels.parcel_cancel, name="parcel_cancel"),
    path("parcels/<slug:public_id>/track/", parcels.parcel_track, name="parcel_track"),
    path(
        "parcels/<slug:public_id>/send-again/",
        parcels.parcel_send_again,
        name="parcel_send_again",
    ),
    path("labels/<slug:public_id>.pdf", parcels.label, name="label"),
    path("hand-over/", manifests.hand_over, name="hand_over"),
    path("hand-over/scan/", manifests.hand_over_scan, name="hand_over_scan"),
    path("hand-over/clear/", manifests.hand_over_clear, name="hand_over_clear"),
    path("manifests/", manifests.manifest_list, name="manifest_list"),
    path("manifests/<slug:public_id>/", manifests.manifest, name="manifest"),
    path("rates/", rates.rates, name="rates"),
]
