"""What each line and unit of an order is worth, exactly: all shares together are the whole."""

from collections.abc import Iterable

from core.money import Money
from orders.models import Order, OrderLine


def paid_by_line(order: Order, lines: Iterable[OrderLine] | None = None) -> dict[int, Money]:
    """What was paid for each line (id -> Money): discount off, tax on.

    A discount on the whole order, and a negative fee, are spread over the lines in
    proportion to their price, exactly: the lines together are what the goods cost.
    """
    found = _in_order(order, lines)
    fee = min(order.fees, Money.zero(order.currency))
    worth = _worth(order, found, more_off=-fee)
    return {line.pk: worth[line.pk] + line.tax for line in found}


def sold_by_line(order: Order, lines: Iterable[OrderLine] | None = None) -> dict[int, Money]:
    """What each line adds to net sales (id -> Money): all discounts off, without tax and fees."""
    return _worth(order, _in_order(order, lines), more_off=Money.zero(order.currency))


def _in_order(order: Order, lines: Iterable[OrderLine] | None) -> list[OrderLine]:
    found = sorted(order.lines.all() if lines is None else lines, key=lambda line: line.position)
    for line in found:
        line.order = order  # the currency is the order's; no query per line
    return found


def _worth(order: Order, lines: list[OrderLine], *, more_off: Money) -> dict[int, Money]:
    net = [line.total - line.discount for line in lines]
    on_lines = sum((line.discount for line in lines), Money.zero(order.currency))
    spread = order.discount - on_lines + more_off
    weights = [max(part.minor, 0) for part in net]
    off = spread.split(weights) if any(weights) else [Money.zero(order.currency)] * len(lines)
    return {line.pk: part - share for line, part, share in zip(lines, net, off, strict=True)}


def share_of_run(paid: Money, *, first: int, last: int, of: int, percent: int = 100) -> Money:
    """The share of units first..last (from 1) of `of`, at `percent` of what was paid.

    Unit k gives back floor(T*k/q) - floor(T*(k-1)/q): whatever the order in which
    units come back, all of them together give back T, to the minor unit.
    """
    whole = paid.minor * percent
    minor = whole * last // (of * 100) - whole * (first - 1) // (of * 100)
    return Money(minor, paid.currency)


def share_of_last(worth: Money, line: OrderLine, units: int) -> Money:
    """The share of the last `units` of a line that were still to come: cancelled ones do not."""
    wanted = line.units - line.units_cancelled
    return share_of_run(worth, first=wanted - units + 1, last=wanted, of=line.units)
