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
from applicants.sme.keeping import kept, restored
from applicants.sme.sheet import (
    MOST_ROWS,
    Direction,
    Problem,
    Row,
    Sheet,
    assess_sheet,
    linked_numbers,
    problems,
    structure_of,
    told,
)
from applicants.sme.structure import Consolidated, Holding, Kind, Party, Structure
from applicants.sme.words import Reason, Say, size_name, told_headcount, told_money

__all__ = [
    "MOST_ROWS",
    "AccountingYear",
    "Assessment",
    "Consolidated",
    "Direction",
    "Figures",
    "Holding",
    "Independence",
    "Kind",
    "Limits",
    "Line",
    "Party",
    "Problem",
    "Reason",
    "Row",
    "Say",
    "Sheet",
    "Size",
    "Staff",
    "Structure",
    "Work",
    "Year",
    "annual_work_units",
    "assess",
    "assess_sheet",
    "category",
    "closed_years",
    "kept",
    "linked_numbers",
    "problems",
    "restored",
    "size_name",
    "status_after",
    "structure_of",
    "told",
    "told_headcount",
    "told_money",
]
