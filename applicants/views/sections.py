"""A section of the call's form, with its files: saved by a button and by itself."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applicants import paths, queries, services
from applicants.forms import UploadForm
from applicants.models import Application, SectionAnswers, Version
from applicants.queries import Content, OwnApplication
from applicants.views import _questions, _saving
from applicants.views._drafts import PAGE, arrived, context_of, elsewhere, onward
from applicants.views._own import draft_of, own
from applicants.views._questions import Asking
from applicants.views._saving import Saving
from core import presence
from core.errors import DomainError


@PAGE
def application_section(request: HttpRequest, ref: str, section: str) -> HttpResponseBase:
    if _saving.is_autosave(request) and (draft := queries.draft_to_save(request.user, ref)) is not None:
        return _autosave(request, draft, section)
    one = own(request, ref, beside=True)
    if (away := elsewhere(request, one, corrects=True)) is not None:
        return away
    draft = draft_of(one)
    if request.method == "POST":
        return _save(request, one, _questions.asking(draft, section))
    content = queries.content_of(draft)
    asking = _questions.asking(draft, section, content)
    form = asking.form(answers=content.answers.get(section))
    uploads = UploadForm(questions=asking.files)
    return _page(request, one, content, asking, form, uploads, Saving([], {}))


def _autosave(request: HttpRequest, draft: Version, section: str) -> HttpResponse:
    """Only what changed, in few statements: this is what a rush before the deadline is made of."""
    if not draft.is_own:  # type: ignore[attr-defined]  # queries.draft_to_save
        services.note_preparation(draft.application, draft, by=request.user)
    asking = _questions.asking(draft, section)
    saving = _saving.read(request, asking.names)
    form = asking.form(only=saving.names, data=request.POST)
    row = _save_answers(request, draft.application, asking, form, saving)
    if row is None:
        row = SectionAnswers.objects.filter(version=draft, section=asking.part.key).first()
    numbers = row.field_versions if row else {}
    bases = {name: numbers.get(name, 0) for name in asking.names}
    conflicts = asking.conflicts(saving, numbers)
    calculated = asking.calculated(queries.content_of(draft)) if asking.calculates else []
    return _saving.answer(request, saving, bases=bases, conflicts=conflicts, calculated=calculated)


def _save(request: HttpRequest, one: OwnApplication, asking: Asking) -> HttpResponseBase:
    """By the button: answers first, so that a file that is refused takes nothing with it; then files, one by one."""
    form = asking.form(data=request.POST)
    uploads = UploadForm(request.POST, request.FILES, questions=asking.files)
    saving = _saving.read(request, form.fields)
    _save_answers(request, one.application, asking, form, saving)
    _save_files(request, one, uploads)
    if one.draft and one.draft.form_revision.superseded_at and saving.ok and not uploads.errors:
        messages.success(request, _("Your draft is on the new form. All your answers are kept."))
        return redirect(one.application)
    content = queries.content_of(draft_of(one))
    if saving.ok and not uploads.errors:
        context = context_of(request, one, content, asking.part.key)
        return onward(request, one, context, _questions.back_to(request, one, asking.part.key))
    return _page(request, one, content, asking, form, uploads, saving)


def _save_answers(
    request: HttpRequest, application: Application, asking: Asking, form: Any, saving: Saving
) -> SectionAnswers | None:
    saved: list[SectionAnswers] = []

    def save(names: list[str]) -> None:
        values = {name: form.cleaned_data[name] for name in names}
        row = services.save_answers(
            application,
            section=asking.part.key,
            values=values,
            bases=saving.bases,
            by=request.user,
            arrived=arrived(request),
        )
        saved.append(row)

    _saving.run(saving, form, save)
    return saved[0] if saved else None


def _save_files(request: HttpRequest, one: OwnApplication, uploads: UploadForm) -> None:
    uploads.is_valid()
    for name in uploads.fields:
        if upload := request.FILES.get(name):
            _take(request, one, uploads, name, upload)
    removed = request.POST.get("do.remove", "")
    if removed.isalnum():
        try:
            services.remove_attachment(
                one.application, ref=removed, by=request.user, arrived=arrived(request)
            )
        except DomainError as error:
            uploads.add_error(None, error.message)


def _take(
    request: HttpRequest, one: OwnApplication, uploads: UploadForm, name: str, upload: UploadedFile
) -> None:
    question = name.removeprefix("file.")
    try:
        services.add_attachment(
            one.application,
            question=question,
            upload=upload,
            by=request.user,
            replaces=request.POST.get(f"replaces.{question}", ""),
            arrived=arrived(request),
        )
    except DomainError as error:
        uploads.add_error(name, error.message)


def _page(
    request: HttpRequest,
    one: OwnApplication,
    content: Content,
    asking: Asking,
    form: Any,
    uploads: UploadForm,
    saving: Saving,
) -> HttpResponse:
    part = asking.part
    numbers = content.numbers.get(part.key, {})
    conflicts = asking.conflicts(saving, numbers)
    bases = {name: numbers.get(name, 0) for name in form.fields}
    context = context_of(request, one, content, part.key, part=part, form=form, uploads=uploads)
    shown = asking.shown(content, form, uploads, conflicts)
    given = {row.task.question: row for row in queries.given_questions(content)}
    context |= {
        "presence": presence.pass_for(
            f"{content.version.pk}:{part.key}", request.user, language=get_language() or "en"
        ),
        "upload_url": paths.of(one.application, "upload_begin"),
        "has_colleagues": one.application.has_colleagues and one.correction is None,
        "has_earlier": one.application.has_earlier and one.correction is None,
        "bases": saving.seen(bases) if form.is_bound else bases,
        "questions": [{**row, "given": given.get(row["question"].key)} for row in shown],
        "conflicts": conflicts,
    }
    status = 422 if saving.ok and uploads.errors else saving.status
    return render(request, "applicants/application_section.html", context, status=status)
