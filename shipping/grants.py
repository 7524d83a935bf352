"""Who may do what with parcels."""

from core.roles import STAFF, Role, grant

EVERYBODY = STAFF | {Role.INTEGRATION}
FLOOR = (Role.PICKER, Role.MANAGER, Role.INTEGRATION)

grant("shipping.view_parcel", *EVERYBODY)
grant("shipping.view_picklist", Role.PICKER, Role.MANAGER, Role.VIEWER, Role.INTEGRATION)
grant("shipping.view_manifest", *EVERYBODY)
grant("shipping.view_rates", *EVERYBODY)
grant("shipping.pick_unit", *FLOOR)
grant("shipping.pack_parcel", *FLOOR)
grant("shipping.cancel_parcel", *FLOOR)
grant("shipping.select_carrier", *FLOOR)
grant("shipping.override_carrier", Role.PICKER, Role.MANAGER)
grant("shipping.request_label", *FLOOR)
grant("shipping.void_label", Role.PICKER, Role.MANAGER)
grant("shipping.hand_over", *FLOOR)
grant("shipping.write_off_parcel", Role.MANAGER, Role.AGENT)
grant("shipping.record_tracking", Role.MANAGER, Role.AGENT, Role.INTEGRATION)
for model in (
    "carrier", "service", "zone", "zoneplace", "transittime", "ratecard", "ratebreak", "carton",
):  # fmt: skip
    grant(f"shipping.view_{model}", Role.ADMIN, Role.MANAGER)
    for act in ("add", "change", "delete"):
        grant(f"shipping.{act}_{model}", Role.ADMIN)
