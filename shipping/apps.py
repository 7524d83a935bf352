from django.apps import AppConfig


class ShippingConfig(AppConfig):
    name = "shipping"

    def ready(self) -> None:
        from core.books import book_checks
        from core.reference import reference
        from orders.ports import label_cost, part_gone
        from shipping import books
        from shipping.dashboard import add_to_dashboard
        from shipping.estimates import ParcelsGone, RateCardEstimate
        from shipping.reference import ensure_shipping

        reference.add("30 shipping", ensure_shipping)
        label_cost.fill(RateCardEstimate())
        part_gone.fill(ParcelsGone())
        add_to_dashboard()
        book_checks.add(
            "shipping: no more is packed than was picked", books.parcels_hold_what_was_picked
        )
        book_checks.add(
            "shipping: what is shipped has left in parcels", books.shipped_work_has_left_in_parcels
        )
        book_checks.add(
            "shipping: a tracking number is its label's", books.labelled_parcels_have_one_label
        )
        book_checks.add(
            "shipping: nothing that is cancelled has left", books.nothing_cancelled_has_left
        )
        book_checks.add(
            "shipping: parcels are where reports say", books.parcels_are_where_reports_say
        )
