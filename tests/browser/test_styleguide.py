"""The style guide holds every part once: photographed, and read by axe, in each shape."""

import pytest

from core.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)

SHAPES = [("light", 1360), ("dark", 1360), ("light", 390), ("dark", 390)]


@pytest.mark.parametrize(("theme", "width"), SHAPES)
def test_every_part_is_readable_in_each_shape(
    signed_in_page, live_server, is_accessible, photos, theme, width
):
    page = signed_in_page(Role.MANAGER, theme=theme, width=width)
    page.goto(f"{live_server.url}/styleguide/")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=photos / f"styleguide-{theme}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    is_accessible(page)
