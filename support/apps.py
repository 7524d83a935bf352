from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "support"

    def ready(self) -> None:
        from core.reference import reference
        from support.reference import ensure_support_reference
        from support.wiring import add_books, add_pages

        reference.add("70 support", ensure_support_reference)
        add_books()
        add_pages()
