"""`manage.py screenshots`: photograph the running demo shop for the README."""

from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from PIL import Image

from opsmgr.demo.people import PASSWORD, STAFF
from orders.models import Order

COLORS = 96  # of a page: a third of the bytes, and nobody sees it


class Command(BaseCommand):
    help = "Photograph the running demo shop into docs/screenshots (needs the test requirements)."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--url", default="http://localhost:8000")
        parser.add_argument("--chromium", default="/usr/bin/chromium")

    def handle(self, *args: Any, url: str, chromium: str, **options: Any) -> None:
        try:
            from playwright.sync_api import sync_playwright
        except ImportError as error:
            raise CommandError("Install requirements-dev.lock first.") from error
        folder = Path(settings.BASE_DIR) / "docs" / "screenshots"
        folder.mkdir(parents=True, exist_ok=True)
        pages = self._pages()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(color_scheme="light")
            page.set_viewport_size({"width": 1280, "height": 800})
            page.goto(f"{url}/accounts/login/")
            page.fill("input[name=login]", STAFF[0][0])
            page.fill("input[name=password]", PASSWORD)
            page.press("input[name=password]", "Enter")
            page.wait_for_url(lambda address: "login" not in address)
            for name, path in pages.items():
                page.goto(url + path)
                page.wait_for_timeout(1200)
                _keep(page.screenshot(), folder / f"{name}.png")
                self.stdout.write(f"docs/screenshots/{name}.png")

    def _pages(self) -> dict[str, str]:
        held = Order.objects.filter(why_code__in=["held", "short", "exception"]).first()
        order = held or Order.objects.order_by("-id").first()
        if order is None:
            raise CommandError("There is no order to show; load the demo shop first.")
        return {
            "today": "/",
            "orders": "/orders/",
            "order": order.get_absolute_url(),
            "shipping": "/shipping/",
            "kpis": "/kpis/",
        }


def _keep(png: bytes, path: Path) -> None:
    """Write a picture with few colors: it lies in the repository."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    picture.quantize(COLORS, dither=Image.Dither.NONE).save(path, optimize=True)
