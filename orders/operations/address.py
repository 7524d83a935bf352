"""Correct where an order goes, as long as it has not left."""

from dataclasses import asdict

from core.events import publish
from core.operations import lock, operation
from orders.addresses import phone_of, problem_of
from orders.errors import AlreadyShipped
from orders.events import OrderAddressChanged
from orders.intake import AddressIn
from orders.models import Address, Clearance, Order
from orders.operations.cancel import TOO_LATE
from orders.operations.card_numbers import flag_cards, without_cards
from orders.operations.exceptions import settle_exceptions
from orders.operations.gates import ask_again, clear_gate, reconsider
from orders.operations.saving import is_open, save_order
from orders.states import ExceptionKind, Gate


@operation(permission="orders.change_address")
def change_address(order_id: int, *, address: AddressIn) -> Order:
    """Send the order to another address; the old row stays as it was.

    The address gate is cleared when the new one can be delivered to, else asked again; the risk
    gate is asked again, whoever has cleared it: that was for another address. Raises
    AlreadyShipped when a parcel has left. Publishes order.address_changed.
    """
    order = lock(Order, order_id)
    if not is_open(order) or order.fulfillment_status in TOO_LATE:
        raise AlreadyShipped(number=order.number)
    address, masked = without_cards(address)
    problem = problem_of(address)
    country = address.country.upper()[:2] or "XX"
    given = asdict(address) | {"country": country, "phone": phone_of(address.phone, country)}
    order.ship_to = Address.objects.create(
        customer_id=order.customer_id, problem=problem[:200], **given
    )
    order.country = country
    save_order(order, "ship_to", "country")
    publish(OrderAddressChanged(order_id=order.pk))
    if masked:
        flag_cards(order.pk, order.number, masked)
    if Clearance.objects.filter(order=order, gate=Gate.ADDRESS).exists():
        if problem:
            ask_again(order.pk, gate=Gate.ADDRESS, sentence=f"Not deliverable: {problem}.")
        else:
            clear_gate(order.pk, gate=Gate.ADDRESS, sentence="The corrected address is fine.")
    reconsider(
        order, gate=Gate.RISK, over_a_person=True,
        sentence="The delivery address has changed; its risk is to be decided again.",
    )  # fmt: skip
    if not problem:
        settle_exceptions(
            ExceptionKind.BAD_ADDRESS, f"order {order.pk}", resolution="The address was corrected."
        )
    return Order.objects.get(pk=order.pk)
