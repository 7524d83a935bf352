"""What makes figures change. The imported past does, too: figures want it."""

from core.events import on
from fraud.events import RiskAccepted, RiskAssessed
from inventory.events import CountPosted, ReplenishmentChanged
from kpis.operations.mark import (
    mark_arrival,
    mark_count,
    mark_imported,
    mark_imported_returns,
    mark_order,
    mark_return,
    mark_risk,
)
from kpis.tasks import forecast_demand, refresh, tick
from orders.events import (
    FulfillmentShipped,
    OrderCancelled,
    OrderHeld,
    OrderPlaced,
    OrderPromised,
    OrderReopened,
    OrderShipped,
    OrdersImported,
    OrderUnitsCancelled,
    OrderUnitsLost,
)
from returns.events import RefundDone, ReturnInspected, ReturnReceived, ReturnsImported


@on(OrderPlaced, history_too=True)
def a_new_order(fact: OrderPlaced) -> None:
    mark_arrival(fact.order_id)
    refresh()
    tick.add("shop")


@on(OrderCancelled, history_too=True)
@on(OrderPromised, history_too=True)
@on(OrderHeld, history_too=True)
@on(OrderReopened, history_too=True)
@on(OrderShipped, history_too=True)
@on(OrderUnitsCancelled, history_too=True)
@on(OrderUnitsLost, history_too=True)
@on(FulfillmentShipped, history_too=True)
def an_order_moved(fact: OrderShipped) -> None:
    mark_order(fact.order_id)
    refresh()


@on(OrdersImported, history_too=True)
def orders_came_in_at_once(fact: OrdersImported) -> None:
    mark_imported(fact.days)
    refresh()


@on(ReturnsImported, history_too=True)
def returns_came_in_at_once(fact: ReturnsImported) -> None:
    mark_imported_returns(fact.channel_id, fact.days)
    refresh()


@on(ReturnReceived, history_too=True)
@on(ReturnInspected, history_too=True)
@on(RefundDone, history_too=True)
def something_came_back(fact: RefundDone) -> None:
    mark_return(fact.order_id)
    refresh()


@on(RiskAssessed, history_too=True)
@on(RiskAccepted, history_too=True)
def an_order_was_scored(fact: RiskAssessed) -> None:
    mark_risk(fact.order_id)
    refresh()


@on(CountPosted, history_too=True)
def stock_was_counted(fact: CountPosted) -> None:
    mark_count(fact.stock_count_id)
    refresh()


@on(ReplenishmentChanged)
def forecast_by_another_method(fact: ReplenishmentChanged) -> None:
    if fact.method_changed:
        forecast_demand.add("method")
