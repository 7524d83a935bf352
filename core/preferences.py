"""What a person chooses for themselves: theme and clock."""

from zoneinfo import available_timezones

from core.actor import current_actor
from core.errors import BadValue, NotThere
from core.models import User
from core.operations import operation

THEMES = {"system": "As the system", "light": "Light", "dark": "Dark"}


@operation(permission="core.view_today")
def set_preferences(*, theme: str | None = None, time_zone: str | None = None) -> User:
    """Keep the acting person's own theme and time zone ("" is the shop's); None leaves one as is.

    Raises BadValue for one that does not exist, NotThere when nobody in person acts.
    """
    if theme is not None and theme not in THEMES:
        raise BadValue(field="theme", fix="Choose system, light or dark.")
    if time_zone and time_zone not in available_timezones():
        raise BadValue(field="time_zone", fix='Choose one of the tz database, like "Europe/Paris".')
    user = User.objects.select_for_update(no_key=True).filter(pk=current_actor().user_id).first()
    if user is None:
        raise NotThere(kind="person")
    if theme is not None:
        user.theme = theme
    if time_zone is not None:
        user.time_zone = time_zone
    user.save(update_fields=["theme", "time_zone"])
    return user
