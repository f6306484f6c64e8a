"""Whether an evaluator writes or wrote for a party of their file under a mandate (A7)."""

from applicants.models import Partner
from applicants.queries import consulted
from evaluation.models import Assignment


def wrote_for_a_party(assignment: Assignment, user: int) -> bool:
    """Does or did the person (by primary key) hold a mandate of an organisation of this file, also one that was given after
    the file was? Two queries, one more for who ever held one."""
    organisations = consulted([user]).get(user, set())
    if not organisations:
        return False
    parties = Partner.objects.filter(version__application=assignment.application_id)
    return parties.filter(organisation__in=organisations).exists()
