"""When evaluators of one file are too far apart (rank-17 to rank-22). Pure; exact decimals."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from calls.selection import DivergenceOf


@dataclass(frozen=True)
class Divergence:
    """How far totals may be apart: `limit` points, or percent of the higher one. At the limit is not beyond it."""

    limit: Decimal
    of: str = DivergenceOf.POINTS

    def allowed(self, totals: Sequence[Decimal]) -> Decimal:
        """The largest difference that is allowed for these totals, in points."""
        return max(totals) * self.limit / 100 if self.of == DivergenceOf.HIGHER else self.limit

    def passed_by(self, totals: Sequence[Decimal]) -> Decimal | None:
        """The difference between the highest and the lowest total when it is beyond the limit, else None."""
        if len(totals) < 2:
            return None
        apart = max(totals) - min(totals)
        return apart if apart > self.allowed(totals) else None
