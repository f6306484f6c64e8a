"""What an application consists of, from every stage, deleted after its term. In a transaction that says so to PostgreSQL
(`app.retention`, applicants/migrations/0027)."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet

from applicants.models import (
    Application,
    Attachment,
    Correction,
    Extension,
    Message,
    PartialUpload,
    Participation,
    Partner,
    QuestionTask,
    Reading,
    Resemblance,
    SectionAnswers,
    SignatureRequest,
    Sketch,
    SurveyAnswer,
    Version,
)
from core import clock
from core.erasing import forget_files
from core.traces import empty_mails, empty_words
from evaluation.models import (
    Assignment,
    ConflictDeclaration,
    Consensus,
    ConsensusAnswer,
    ConsensusScore,
    Decision,
    EarlyFeedback,
    EthicsCheck,
    Objection,
    ObjectionFile,
    Promotion,
    Reexamination,
    Score,
    Screening,
)
from grants.models import PaymentAnswer


def delete(application: Application) -> None:
    """Delete texts and files of one application; numbers, dates and states stay."""
    things = _things(application)
    files = _files(application)
    _written(application)
    _judged(application)
    about = Q(pk__in=[])
    events = Q(pk__in=[])
    for rows in things:
        kind = ContentType.objects.get_for_model(rows.model)
        keys = list(rows.values_list("pk", flat=True))
        about |= Q(about_type=kind, about_id__in=keys)
        events |= Q(target_type=kind, target_id__in=keys)
    Reading.objects.filter(application=application).delete()
    Message.objects.filter(application=application).delete()
    ObjectionFile.objects.filter(objection__application=application).delete()
    empty_mails(about)
    empty_words(events & ~Q(note=""))
    forget_files(files)


def _things(application: Application) -> list["QuerySet[Any]"]:
    """Everything that mails and events may be about."""
    return [
        Application.objects.filter(pk=application.pk),
        Version.objects.filter(application=application),
        Message.objects.filter(application=application),
        Correction.objects.filter(application=application),
        Extension.objects.filter(application=application),
        Participation.objects.filter(application=application),
        QuestionTask.objects.filter(application=application),
        SignatureRequest.objects.filter(version__application=application),
        Assignment.objects.filter(application=application),
        Consensus.objects.filter(application=application),
        Decision.objects.filter(application=application),
        EarlyFeedback.objects.filter(application=application),
        EthicsCheck.objects.filter(application=application),
        Objection.objects.filter(application=application),
    ]


def _files(application: Application) -> list[int]:
    versions = Version.objects.filter(application=application)
    sources: Iterable[Any] = (
        versions.values_list("receipt", flat=True),
        Attachment.objects.filter(version__application=application).values_list("file", flat=True),
        Message.objects.filter(application=application).values_list("file", flat=True),
        ObjectionFile.objects.filter(objection__application=application).values_list("file", flat=True),
    )
    return [pk for source in sources for pk in source if pk is not None]


def _written(application: Application) -> None:
    versions = Version.objects.filter(application=application)
    SectionAnswers.objects.filter(version__in=versions).delete()
    Attachment.objects.filter(version__in=versions).delete()
    Partner.objects.filter(version__in=versions).update(task="", aid=None, field_versions={})
    SignatureRequest.objects.filter(version__in=versions).update(words="", answer_words="")
    empty: dict[str, Any] = {"title": "", "field_versions": {}, "declarations": {}, "emptied_at": clock.now()}
    versions.filter(status="final").update(payload={"application": application.ref}, receipt=None, **empty)
    versions.exclude(status="final").update(payload=None, **empty)
    QuestionTask.objects.filter(application=application).update(words="", seen={})
    Participation.objects.filter(application=application).update(words="", terms={})
    Correction.objects.filter(application=application).update(words="")
    Extension.objects.filter(application=application).update(words="", because="", answer_words="")
    SurveyAnswer.objects.filter(application=application).update(words="")
    Sketch.objects.filter(version__in=versions).delete()
    Resemblance.objects.filter(Q(later__in=versions) | Q(earlier__in=versions)).delete()
    PaymentAnswer.objects.filter(agreement__application=application).update(words="")
    PartialUpload.objects.filter(application=application).delete()


GONE = "–"
"""In the place of words without which a row would not be whole."""


def _checked(application: Application) -> None:
    """The words of the check of ethics and security, and of feedback before the deadline."""
    checks = EthicsCheck.objects.filter(application=application)
    checks.update(note="")
    checks.exclude(reasons="").update(reasons=GONE)
    checks.exclude(conditions=[]).update(conditions=[GONE])
    feedback = EarlyFeedback.objects.filter(application=application)
    feedback.update(question="")
    feedback.exclude(remarks="").update(remarks=GONE)
    feedback.exclude(answer="").update(answer=GONE)


def _judged(application: Application) -> None:
    Screening.objects.filter(application=application).update(reasons="", findings=[])
    Assignment.objects.filter(application=application).update(note="")
    ConflictDeclaration.objects.filter(assignment__application=application).update(details="")
    Score.objects.filter(assignment__application=application).update(reason="")
    ConsensusScore.objects.filter(consensus__application=application).update(reason="")
    ConsensusAnswer.objects.filter(consensus__application=application).update(words="")
    Consensus.objects.filter(application=application).update(note="")
    _checked(application)
    decisions = Decision.objects.filter(application=application)
    decisions.update(why="", feedback="", letter="", deviation="")
    Promotion.objects.filter(decision__in=decisions).update(why="", letter="")
    objections = Objection.objects.filter(application=application)
    objections.update(text="", answer="")
    redone = Reexamination.objects.filter(objection__in=objections)
    redone.update(reason="", words={}, experts="", letter="", before={})
