"""The scoring configurations of the acceptance cases, for tests of scores and of the ranked list."""

from decimal import Decimal

from evaluation.scoring import Criterion, Scale, Scheme, TotalMethod

NAMES = {"E": "Excellence", "I": "Impact", "Q": "Implementation"}


def dec(*figures):
    return tuple(Decimal(figure) for figure in figures)


def sheet(e, i, q):
    """One evaluator's scores."""
    return dict(zip("EIQ", dec(e, i, q), strict=True))


def criteria(highest, step, *, weights=("1", "1", "1"), threshold=None):
    scale = Scale(Decimal(0), Decimal(highest), Decimal(step))
    limit = None if threshold is None else Decimal(threshold)
    return tuple(
        Criterion(code, NAMES[code], scale, Decimal(weight), limit)
        for code, weight in zip("EIQ", weights, strict=True)
    )


CONFIG_A = Scheme(criteria("5", "0.5", threshold="3.0"), overall_threshold=Decimal(10))
CONFIG_B = Scheme(criteria("5", "0.5", weights=("30", "40", "30")), method=TotalMethod.WEIGHTED)
CONFIG_C = Scheme(criteria("10", "1"), overall_threshold=Decimal(18))
