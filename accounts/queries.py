"""What organisations state about one another."""

from collections.abc import Collection

from django.db.models import Q

from accounts.models import OrganisationLink


def linked_groups(organisations: Collection[int]) -> dict[int, frozenset[int]]:
    """The linked group of each organisation (by primary key), itself included, as the newest statements tell it.

    A link counts for both sides, whoever stated it. One query for each step from one firm to the next, at least one.
    """
    groups = {pk: frozenset({pk}) for pk in organisations}
    seen: set[int] = set()
    frontier = set(organisations)
    while frontier:
        seen |= frontier
        near = Q(organisation__in=frontier) | Q(other__in=frontier)
        pairs = list(
            OrganisationLink.objects.current().filter(near).order_by().values_list("organisation", "other")
        )
        for one, two in pairs:
            joined = groups.get(one, frozenset({one})) | groups.get(two, frozenset({two}))
            for member in joined:
                groups[member] = joined
        frontier = {pk for pair in pairs for pk in pair} - seen
    return {pk: groups[pk] for pk in organisations}
