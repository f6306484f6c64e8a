"""Fifty agreements drafted at once, in the database that the environment names: `python -m tests.grants.fifty`."""

import django


def main() -> None:
    """Awards to fifty companies, then all their agreements, as the coordinator's button drafts them."""
    django.setup()
    from core import clock
    from grants import services
    from tests.calls import factories as calls
    from tests.funding import factories as projects
    from tests.grants import factories as make

    team = projects.team()
    call = calls.call(team)
    files = [make.award(call, team, cents=1_000_00) for _ in range(50)]
    made, refused = services.draft_agreements(files, by=team.mia, starts_on=clock.now().date())
    print(len(made), len(refused))


if __name__ == "__main__":
    main()
