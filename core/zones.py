"""Time zones in words: the city whose clocks are meant, in the reader's language. Pure."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

CITIES: dict[str, Promise] = {
    "Europe/Athens": gettext_lazy("Athens"),
    "Europe/Berlin": gettext_lazy("Berlin"),
    "Europe/Brussels": gettext_lazy("Brussels"),
    "Europe/Bucharest": gettext_lazy("Bucharest"),
    "Europe/Copenhagen": gettext_lazy("Copenhagen"),
    "Europe/Lisbon": gettext_lazy("Lisbon"),
    "Europe/Luxembourg": gettext_lazy("Luxembourg"),
    "Europe/Paris": gettext_lazy("Paris"),
    "Europe/Prague": gettext_lazy("Prague"),
    "Europe/Rome": gettext_lazy("Rome"),
    "Europe/Vienna": gettext_lazy("Vienna"),
    "Europe/Warsaw": gettext_lazy("Warsaw"),
}


def zone_in_words(zone: str) -> str:
    """ "Brussels time"; "UTC" as it is. A city that is not listed is named as the zone names it."""
    if zone == "UTC":
        return "UTC"
    city = CITIES.get(zone) or zone.rpartition("/")[2].replace("_", " ")
    return _("%(city)s time") % {"city": city}
