"""Django's `makemessages` as this product uses it: all languages, no guesses, nothing that changes without a reason."""

from typing import Any

from django.conf import settings
from django.core.management.commands import makemessages

NOT_OURS = [".local", "tests", "docs"]


class Command(makemessages.Command):
    """Write the catalogues in locale/ anew. A new string is empty there, never a guess made of a similar one: the tests
    name every string that is not translated."""

    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]

    def handle(self, *args: Any, **options: Any) -> None:
        options["locale"] = options["locale"] or [
            code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE
        ]
        options["ignore_patterns"] = [*options["ignore_patterns"], *NOT_OURS]
        options |= {"no_wrap": True, "no_location": True, "no_obsolete": True}
        super().handle(*args, **options)
