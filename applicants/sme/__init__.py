"""SME status under Recommendation 2003/361/EC: figures, ownership, two-year rule, and the reasoning. Pure."""

from applicants.sme.assessment import Assessment, Independence, Line, Year, assess, status_after
from applicants.sme.figures import (
    AccountingYear,
    Figures,
    Limits,
    Size,
    Staff,
    Work,
    annual_work_units,
    category,
    closed_years,
)
from applicants.sme.structure import Consolidated, Holding, Kind, Party, Structure
from applicants.sme.words import Reason, Say, size_name, told_headcount, told_money

__all__ = [
    "AccountingYear",
    "Assessment",
    "Consolidated",
    "Figures",
    "Holding",
    "Independence",
    "Kind",
    "Limits",
    "Line",
    "Party",
    "Reason",
    "Say",
    "Size",
    "Staff",
    "Structure",
    "Work",
    "Year",
    "annual_work_units",
    "assess",
    "category",
    "closed_years",
    "size_name",
    "status_after",
    "told_headcount",
    "told_money",
]
