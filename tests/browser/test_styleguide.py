"""The style guide holds every part once: photographed, and read by axe, in each shape."""

import pytest

from core.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_part_is_readable_in_each_shape(
    signed_in_page, live_server, is_accessible, photos, theme
):
    page = signed_in_page(Role.MANAGER, theme=theme)
    page.goto(f"{live_server.url}/styleguide/")
    for width in (1360, 390):
        page.set_viewport_size({"width": width, "height": 860})
        page.wait_for_load_state("networkidle")
        page.screenshot(path=photos / f"styleguide-{theme}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        is_accessible(page)
