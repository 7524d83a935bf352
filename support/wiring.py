"""Where customer service plugs into core's registries and other apps' pages; see apps.py."""

from core.books import book_checks
from core.pages import Lane, NavItem, SearchProvider, lanes, nav, search
from core.registry import Panel
from orders.ports import customer_panels, order_panels
from support import books, panels


def add_books() -> None:
    """Let `check_books` ask what must hold."""
    book_checks.add("support: each answer has its one mail", books.answers_are_mailed)


def add_pages() -> None:
    """Navigation, search, Today's lanes, and panels on orders' pages."""
    nav.add(
        "80 cases",
        NavItem(
            section="Support",
            label="Cases",
            url="support:case_list",
            permission="support.view_case",
            icon="message-square",
            count=panels.count_to_answer,
            counted="to answer",
        ),
    )
    nav.add(
        "81 mails",
        NavItem(
            section="Support",
            label="Mails to customers",
            url="support:notice_list",
            permission="support.view_notice",
            icon="mail",
            count=panels.count_stuck,
            counted="mails that need a person",
        ),
    )
    nav.add(
        "82 words",
        NavItem(
            section="Settings",
            label="Words of mails",
            url="support:template_list",
            permission="support.view_noticetemplate",
            icon="letter-text",
        ),
    )
    search.add("80 cases", SearchProvider(permission="support.view_case", find=panels.find))
    order_panels.add(
        "80 cases",
        Panel(
            template="support/order_panel.html",
            permission="support.view_case",
            context=panels.of_order,
        ),
    )
    customer_panels.add(
        "80 cases",
        Panel(
            template="support/customer_panel.html",
            permission="support.view_case",
            context=panels.of_customer,
        ),
    )
    _add_lanes()


def _add_lanes() -> None:
    lanes.add(
        "60 cases past due",
        Lane(
            title="Cases past their promise",
            permission="support.reply_case",
            url="/support/?past_due=true&sort=due",
            rows=panels.past_due,
            row=panels.case_row,
            roles=("agent", "manager"),
        ),
    )
    lanes.add(
        "61 mails in doubt",
        Lane(
            title="Mails that may not have arrived",
            permission="support.decide_notice",
            url="/support/notices/?stuck=true&sort=created_at",
            rows=panels.stuck,
            row=panels.notice_row,
            roles=("agent", "manager"),
        ),
    )
