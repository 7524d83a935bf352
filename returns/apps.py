from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "returns"

    def ready(self) -> None:
        from core.reference import reference
        from core.subjects import Subject, subjects
        from returns.models import Capture, ReturnAuthorization
        from returns.reference import ensure_returns_reference
        from returns.wiring import add_books, add_pages, fill_ports

        reference.add("50 returns", ensure_returns_reference)
        subjects.add("rma", Subject(model=ReturnAuthorization, permission="returns.view_return"))
        subjects.add("capture", Subject(model=Capture, permission="returns.view_capture"))
        add_books()
        add_pages()
        fill_ports()
