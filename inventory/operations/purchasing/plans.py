"""Improvement plans: what a vendor is to become better at, by when, and whether it did."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from core import clock
from core.actor import SYSTEM, current_actor
from core.errors import BadValue, NotThere
from core.events import publish
from core.operations import lock, operation
from inventory.errors import PlanOpen, PlanOver, VendorEnded
from inventory.events.bills import PlanEnded, PlanStarted
from inventory.models import ImprovementPlan, Vendor
from inventory.operations.catalog import fields
from inventory.operations.purchasing import fields as own
from inventory.scorecard import Span, scores
from inventory.states import PlanMeasure, PlanState, VendorStatus

PLAN_RULES: dict[str, fields.Clean] = {
    "goal": fields.text(500, empty=False),
    "measure": own.choice(PlanMeasure.values),
    "target": own.percent,
    "due_on": own.some_day,
}


@operation(permission="inventory.change_vendor")
def start_plan(vendor_id: int, given: Mapping[str, Any]) -> ImprovementPlan:
    """Agree with a vendor what becomes better by when; an active one is put on watch.

    `given` takes the fields of PLAN_RULES, all of them. Raises BadValue, PlanOpen, VendorEnded.
    Publishes vendor.plan_started.
    """
    vendor = lock(Vendor, vendor_id)
    wanted = {"goal": "", "measure": "", "target": None, "due_on": None, **given}
    clean = fields.cleaned(wanted, PLAN_RULES)
    if clean["target"] is None:
        raise BadValue(field="target", fix="Give a percentage like 95.")
    if clean["due_on"] <= clock.today():
        raise BadValue(field="due_on", fix="Give a day after today.")
    if vendor.status == VendorStatus.ENDED:
        raise VendorEnded(field="vendor", vendor=vendor.name)
    known = vendor.plans.filter(state=PlanState.OPEN).first()
    if known is not None:
        raise PlanOpen(field="goal", vendor=vendor.name, goal=known.goal)
    plan = ImprovementPlan.objects.create(
        vendor=vendor, started_on=clock.today(), actor=current_actor().name, **clean
    )
    _put(vendor, VendorStatus.ACTIVE, VendorStatus.ON_WATCH)
    publish(PlanStarted(vendor_id=vendor.pk, due_on=plan.due_on.isoformat()))
    return plan


@operation(permission="inventory.change_vendor")
def end_plan(plan_id: int, *, drop: bool = False, note: str = "") -> ImprovementPlan:
    """Judge a plan by the scorecard since it began, or drop it with a word why.

    Met: a vendor on watch is active again. Raises PlanOver, BadValue where nothing was due yet
    that it could be judged by. Publishes vendor.plan_ended.
    """
    vendor_id = ImprovementPlan.objects.filter(pk=plan_id).values_list("vendor", flat=True).first()
    if vendor_id is None:
        raise NotThere(kind="plan")
    vendor = lock(Vendor, vendor_id)
    plan = ImprovementPlan.objects.select_for_update().get(pk=plan_id)
    if plan.state != PlanState.OPEN:
        raise PlanOver(state=plan.get_state_display().lower())
    said = fields.text(500, empty=not drop)("note", note)
    if drop:
        return _close(plan, PlanState.DROPPED, said)
    plan.measured = measured(plan)
    if plan.measured is None:
        raise BadValue(field="note", fix="Nothing was due since it began; wait, or drop it.")
    if not meets(plan, plan.measured):
        return _close(plan, PlanState.MISSED, said)
    _put(vendor, VendorStatus.ON_WATCH, VendorStatus.ACTIVE)
    return _close(plan, PlanState.MET, said)


def measured(plan: ImprovementPlan) -> Decimal | None:
    """What the scorecard says since the plan began, in percent; None where nothing was due."""
    span = Span(plan.started_on, min(clock.today(), plan.due_on))
    found = scores(span, SYSTEM, vendor_id=plan.vendor_id)
    share = getattr(found[0], plan.measure) if found else None
    return None if share is None else Decimal(str(share))


def meets(plan: ImprovementPlan, share: Decimal) -> bool:
    """Whether that share is what was agreed, or better."""
    if plan.measure == PlanMeasure.DEFECTS:
        return share <= plan.target
    return share >= plan.target


def drop_plan(vendor: Vendor, *, note: str) -> None:
    """End the open plan of a locked vendor, if there is one."""
    plan = vendor.plans.filter(state=PlanState.OPEN).first()
    if plan is not None:
        _close(plan, PlanState.DROPPED, note)


def _close(plan: ImprovementPlan, state: PlanState, note: str) -> ImprovementPlan:
    plan.state, plan.outcome_note, plan.ended_at = state, note, clock.now()
    plan.save()
    publish(PlanEnded(vendor_id=plan.vendor_id, state=state.label.lower()))
    return plan


def _put(vendor: Vendor, was: VendorStatus, now: VendorStatus) -> None:
    if vendor.status == was:
        vendor.status = now
        vendor.save(update_fields=["status", "updated_at"])
