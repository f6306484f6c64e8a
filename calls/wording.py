"""Standard texts that a new call starts with; every one of them can be changed. Pure."""

from django.utils.translation import gettext as _

REDRESS_DAYS = 7
"""Days to object, counted from the notification (time-36); the usual time of such calls."""


def privacy(project: str, contact: str) -> str:
    """Who uses personal data of applicants, what for, how long, who gets them, and what rights people have."""
    return _(
        "The consortium of %(project)s is the controller of the personal data in applications. It uses them to judge "
        "applications, to conclude and pay grants, and to report on the EU grant. They are read by the consortium, by "
        "evaluators bound to confidentiality, and by the granting authority, OLAF, the European Court of Auditors and the "
        "EPPO where they check. Data of funded projects are kept for five years after the final payment of the EU "
        "grant, those of others until the checks of the EU grant are over. Name, country, project and amount of those who "
        "are funded are published. You may see, correct or object to the use of your data and complain to your data "
        "protection authority. Contact: %(contact)s."
    ) % {"project": project, "contact": contact}


def redress(contact: str) -> str:
    """How to object to a decision: until when, where, and who answers."""
    return _(
        "Who disagrees with a decision writes to %(contact)s within %(days)d days of its notification and says which rule "
        "of this call was not kept. Persons who did not take part in the decision answer with reasons. The judgement of "
        "the evaluators as such is not looked at again."
    ) % {"contact": contact, "days": REDRESS_DAYS}
