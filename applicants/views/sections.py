"""A section of the call's form, with its files: saved by a button and by itself."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from applicants import paths, queries, services
from applicants.forms import UploadForm
from applicants.models import SectionAnswers
from applicants.queries import Content, OwnApplication
from applicants.views import _saving
from applicants.views._drafts import PAGE, arrived, context_of, elsewhere, onward, shown_conflicts
from applicants.views._own import draft_of, own
from applicants.views._saving import Saving
from calls import formkit
from calls.queries import form_of
from core.errors import DomainError


@PAGE
def application_section(request: HttpRequest, ref: str, section: str) -> HttpResponseBase:
    one = own(request, ref)
    if (away := elsewhere(request, one)) is not None:
        return away
    draft = draft_of(one)
    part = form_of(draft.form_revision).section(section)
    if part is None:
        raise Http404
    if _saving.is_autosave(request):
        return _autosave(request, one, part)
    if request.method == "POST":
        return _save(request, one, part)
    content = queries.content_of(draft)
    form = formkit.build_form(part, answers=content.answers.get(section))
    uploads = UploadForm(questions=_asked(part))
    return _page(request, one, content, part, form, uploads, Saving([], {}))


def _autosave(request: HttpRequest, one: OwnApplication, part: Any) -> HttpResponse:
    """Only what changed, in few statements: this is what a rush before the deadline is made of."""
    form = formkit.build_form(part, data=request.POST)
    saving = _saving.read(request, form.fields)
    row = _save_answers(request, one, part, form, saving)
    if row is None:
        row = SectionAnswers.objects.filter(version=one.draft, section=part.key).first()
    numbers = row.field_versions if row else {}
    bases = {name: numbers.get(name, 0) for name in form.fields}
    conflicts = _conflicts(part, saving, numbers)
    return _saving.answer(request, saving, bases=bases, conflicts=conflicts)


def _save(request: HttpRequest, one: OwnApplication, part: Any) -> HttpResponseBase:
    """By the button: answers first, so that a file that is refused takes nothing with it; then files, one by one."""
    form = formkit.build_form(part, data=request.POST)
    uploads = UploadForm(request.POST, request.FILES, questions=_asked(part))
    saving = _saving.read(request, form.fields)
    _save_answers(request, one, part, form, saving)
    _save_files(request, one, uploads)
    content = queries.content_of(draft_of(one))
    if saving.ok and not uploads.errors:
        context = context_of(request, one, content, part.key)
        return onward(request, one, context, paths.of(one.application, "section", part.key))
    return _page(request, one, content, part, form, uploads, saving)


def _save_answers(
    request: HttpRequest, one: OwnApplication, part: Any, form: Any, saving: Saving
) -> SectionAnswers | None:
    saved: list[SectionAnswers] = []

    def save(names: list[str]) -> None:
        values = {name: form.cleaned_data[name] for name in names}
        row = services.save_answers(
            one.application,
            section=part.key,
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
    part: Any,
    form: Any,
    uploads: UploadForm,
    saving: Saving,
) -> HttpResponse:
    numbers = content.numbers.get(part.key, {})
    conflicts = _conflicts(part, saving, numbers)
    bases = {name: numbers.get(name, 0) for name in form.fields}
    context = context_of(request, one, content, part.key, part=part, form=form, uploads=uploads)
    context |= {
        "bases": saving.seen(bases) if form.is_bound else bases,
        "questions": _questions(part, content, form, uploads, conflicts),
        "conflicts": conflicts,
    }
    status = 422 if saving.ok and uploads.errors else saving.status
    return render(request, "applicants/application_section.html", context, status=status)


def _asked(part: Any) -> list[Any]:
    return [question for question in part.questions if question.is_file]


def _conflicts(part: Any, saving: Saving, numbers: dict[str, int]) -> dict[str, dict[str, Any]]:
    return shown_conflicts(saving, numbers, lambda name, value: formkit.display(part.question(name), value))


def _questions(
    part: Any, content: Content, form: Any, uploads: UploadForm, conflicts: dict[str, Any]
) -> list[dict[str, Any]]:
    """Each question of the section with its field, or with its files."""
    made = []
    for question in part.questions:
        name = f"file.{question.key}"
        files = [
            (row, paths.of(content.application, "file", row.ref)) for row in content.files_of(question.key)
        ]
        made.append(
            {
                "key": question.key,
                "is_file": question.is_file,
                "bound": uploads[name] if question.is_file else form[question.key],
                "files": files,
                "conflict": conflicts.get(question.key),
            }
        )
    return made
