"""People and organisations for tests."""

from itertools import count
from typing import Any

from accounts.models import Membership, Organisation, User

PASSWORD = "correct horse battery"
_numbers = count(1)


def user(name: str = "Charlie Stranger", **fields: Any) -> User:
    """A person with a verified address made of the name."""
    email = fields.pop("email", f"{name.split()[0].lower()}{next(_numbers)}@example.org")
    person = User.objects.create_user(email, PASSWORD, full_name=name, **fields)
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)
    return person


def organisation(
    name: str = "Rossi Meccanica S.r.l.", *, members: list[User] | None = None, **fields: Any
) -> Organisation:
    """A small Italian enterprise, unless told otherwise; its members sign for it."""
    made = Organisation.objects.create(
        legal_name=name,
        **{
            "country": "IT",
            "registration_number": f"R{next(_numbers)}",
            "town": "Brescia",
            "size": "small",
            **fields,
        },
    )
    for person in members or []:
        Membership.objects.create(user=person, organisation=made)
    return made
