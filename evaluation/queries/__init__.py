"""Reads that join several tables, by what they are about."""

from evaluation.queries.actions import next_actions
from evaluation.queries.acts import acts, coming
from evaluation.queries.assigning import (
    Situation,
    applying_parties,
    assignment_files,
    assignment_people,
    parties_of,
    proposal_for,
    situation,
)
from evaluation.queries.awards import Award, Party, awards_in, awards_of
from evaluation.queries.board import Board, board, tie_names, with_asked
from evaluation.queries.consensus import Report, closed_reports, report_of
from evaluation.queries.draw import Draw, draw_of
from evaluation.queries.files import (
    PASSED,
    eligible_files,
    file_of,
    of_round,
    recused_count,
    round_files,
    round_of_file,
    shares_of,
    with_version,
)
from evaluation.queries.guide import Act, next_act
from evaluation.queries.judging import (
    Group,
    Running,
    grouped,
    next_open,
    own_assignments,
    own_scores,
    peer_sheets,
    place_of,
    running_total,
)
from evaluation.queries.people import FileSheets, evaluators_with_load, sheet_states
from evaluation.queries.progress import Progress, missing_profiles, missing_scores, progress, steps
from evaluation.queries.ranked import (
    ListedFile,
    Sheet,
    listed_files,
    panel_of,
    ranking_of,
    rules_of,
    scheme_of,
    sheets_of,
    shifts_of,
)
from evaluation.queries.room import before, room_of, undecided_before, waiting_before
from evaluation.queries.rounds import RoundLine, for_batch, rounds_of
from evaluation.queries.screening import findings_of, next_unscreened, with_findings

__all__ = [
    "PASSED",
    "Act",
    "Award",
    "Board",
    "Draw",
    "FileSheets",
    "Group",
    "ListedFile",
    "Party",
    "Progress",
    "Report",
    "RoundLine",
    "Running",
    "Sheet",
    "Situation",
    "acts",
    "applying_parties",
    "assignment_files",
    "assignment_people",
    "awards_in",
    "awards_of",
    "before",
    "board",
    "closed_reports",
    "coming",
    "draw_of",
    "eligible_files",
    "evaluators_with_load",
    "file_of",
    "findings_of",
    "for_batch",
    "grouped",
    "listed_files",
    "missing_profiles",
    "missing_scores",
    "next_act",
    "next_actions",
    "next_open",
    "next_unscreened",
    "of_round",
    "own_assignments",
    "own_scores",
    "panel_of",
    "parties_of",
    "peer_sheets",
    "place_of",
    "progress",
    "proposal_for",
    "ranking_of",
    "recused_count",
    "report_of",
    "room_of",
    "round_files",
    "round_of_file",
    "rounds_of",
    "rules_of",
    "running_total",
    "scheme_of",
    "shares_of",
    "sheet_states",
    "sheets_of",
    "shifts_of",
    "situation",
    "steps",
    "tie_names",
    "undecided_before",
    "waiting_before",
    "with_asked",
    "with_findings",
    "with_version",
]
