"""The page slots that shipping offers to downstream apps."""

from core.registry import Slot

parcel_panels = Slot("parcel page")
