"""What the applicant does."""

from django.apps import AppConfig


class ApplicantsConfig(AppConfig):
    name = "applicants"

    def ready(self) -> None:
        """Offer accepted entries as a catalogue to the forms of other calls."""
        from applicants.catalogues import accepted_entries  # noqa: PLC0415  (needs models, not loaded before)
        from calls.formkit.catalogues import register  # noqa: PLC0415  (needs models, not loaded before)

        register(accepted_entries)
