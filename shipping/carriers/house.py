"""A carrier whose numbers we issue and whose labels we draw: our own van, or a number range."""

from shipping.carriers.base import Adapter, BoughtLabel, LabelOrder
from shipping.carriers.check_digits import check_digit

SERIAL_DIGITS = 11


class House(Adapter):
    """Tracking number: prefix, the label's serial, check digit. The same label, the same number."""

    def buy(self, order: LabelOrder) -> BoughtLabel:
        digits = str(order.serial).zfill(SERIAL_DIGITS)
        prefix = self.carrier.number_prefix or self.carrier.code[:2].upper()
        return BoughtLabel(tracking_number=f"{prefix}{digits}{check_digit(digits)}")

    def find(self, order: LabelOrder) -> BoughtLabel:
        return self.buy(order)

    def void(self, order: LabelOrder, tracking_number: str) -> None:
        """Nobody else knows the number; there is nobody to tell."""
