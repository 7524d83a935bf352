from django.apps import AppConfig


class FraudConfig(AppConfig):
    name = "fraud"

    def ready(self) -> None:
        from core.pages import Lane, NavItem, SearchProvider, lanes, nav, search
        from core.reference import reference
        from core.registry import Panel
        from fraud import panels
        from fraud.policy import ensure_rules
        from orders.ports import order_panels, why_urls

        reference.add("50 risk rules", ensure_rules)
        seen = "fraud.view_orderrisk"
        order_panels.add(
            "40 risk",
            Panel(template="fraud/order_panel.html", permission=seen, context=panels.risk_of),
        )
        why_urls.add("risk_pending", panels.risk_url)
        why_urls.add("risk_refused", panels.risk_url)
        nav.add(
            "60 risk review",
            NavItem(
                section="Fraud", label="Risk review", url="fraud:risk_queue", permission=seen,
                icon="shield-alert", count=panels.waiting_count, counted="waiting for a decision",
            ),
        )  # fmt: skip
        nav.add(
            "61 all risk",
            NavItem(
                section="Fraud", label="All scored orders", url="fraud:risk_list", permission=seen,
                icon="list",
            ),
        )  # fmt: skip
        nav.add(
            "62 risk rules",
            NavItem(
                section="Fraud", label="Rules", url="fraud:rules",
                permission="fraud.view_riskrule", icon="scale",
            ),
        )  # fmt: skip
        search.add("50 risk", SearchProvider(permission=seen, find=panels.find))
        lanes.add(
            "20 held for risk",
            Lane(
                title="Held for risk", permission="fraud.decide_risk", url="/fraud/",
                rows=panels.waiting, row=panels.waiting_row, roles=("analyst", "manager"),
            ),
        )  # fmt: skip
        lanes.add(
            "21 refused for risk",
            Lane(
                title="Refused for risk, to cancel", permission="orders.cancel_order",
                url="/orders/?why=risk_refused", rows=panels.refused, row=panels.refused_row,
                roles=("analyst", "manager"),
            ),
        )  # fmt: skip
