"""What rules of eligibility look at: the organisations of an application and its project, as plain facts. Pure.

None stands for what the product does not ask for: nobody can tell by rule, so the applicant confirms it. An empty
value stands for what is asked for and not given yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Party:
    """An organisation that takes part. `country` is an ISO code, `size` the value it declares (Organisation.Size).

    `is_funded`: it leads, or asks for support; a partner without support may come from anywhere and be of any size.
    `nuts` is a code such as FRL04, `nace` codes as in "2.0:62.01" (revision and code). `awarded_in` are the codes of
    the project's calls in which it was awarded money, `selected_in` those in which a file that it leads is selected;
    `applications` how many other files it submitted to this call.
    """

    key: str
    name: str
    country: str
    country_name: str
    size: str
    size_name: str
    is_lead: bool = False
    is_funded: bool = True
    founded_on: date | None = None
    nuts: str | None = None
    nace: tuple[str, ...] | None = None
    awarded_in: tuple[str, ...] = ()
    selected_in: tuple[str, ...] = ()
    applications: int = 0

    @property
    def is_sme(self) -> bool:
        return self.size in ("micro", "small", "medium")


@dataclass(frozen=True)
class Facts:
    """An application as the rules see it: `deadline` is the day of the call's deadline in its zone; costs in cents.

    `trl` is where the project starts and where it ends; None when the form does not ask, () when it is not answered.
    """

    parties: Sequence[Party]
    deadline: date | None = None
    cost_cents: int = 0
    trl: tuple[int, ...] | None = None

    @property
    def funded(self) -> list[Party]:
        """The organisations that lead or ask for support."""
        return [party for party in self.parties if party.is_funded]
