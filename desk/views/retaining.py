"""What of a project may be deleted when; the days that decide it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.forms import PlainForm, attempt
from core.policy import require
from desk.erasure import terms
from desk.forms import FinalPaymentForm, LosersTermForm
from funding import services
from funding.models import Project
from funding.permissions import can_manage_project
from funding.retention import funded_free_from, funded_years


@require_http_methods(["GET", "HEAD", "POST"])
def retention(request: HttpRequest, slug: str) -> HttpResponse:
    """The list, and for managers the day of the final payment (a second one approves) and the project's own term."""
    project = get_object_or_404(Project.objects.visible_to(request.user), slug=slug)
    may_manage = can_manage_project(request.user, project)
    paid = FinalPaymentForm(request.POST if "paid_on" in request.POST else None)
    term = LosersTermForm(
        request.POST if "losers_years" in request.POST else None,
        initial={"losers_years": project.losers_years},
    )
    if request.method == "POST":
        require(may_manage)
        if _change(request, project, paid, term):
            return redirect("desk:retention", slug)
    final_payment = terms.final_payment_of(project)
    context = {
        "project": project,
        "may_manage": may_manage,
        "paid_form": paid,
        "term_form": term,
        "rows": terms.terms_of(project),
        "payments": project.final_payments.select_related("recorded_by", "approved_by").order_by("-pk"),
        "final_payment": final_payment,
        "funded_years": funded_years(project.eu_grant_cents),
        "funded_from": funded_free_from(final_payment, project.eu_grant_cents),
    }
    status = 422 if paid.errors or term.errors else 200
    return render(request, "desk/retention.html", context, status=status)


def _change(request: HttpRequest, project: Project, paid: FinalPaymentForm, term: LosersTermForm) -> bool:
    """Do what was asked; whether it was done, or told."""
    if "approve" in request.POST:
        key = request.POST["approve"]
        found = get_object_or_404(project.final_payments, pk=int(key) if key.isdigit() else 0)
        form = PlainForm(request.POST)
        if attempt(form, services.approve_final_payment, found, by=request.user):
            messages.success(request, _("Approved. The day holds."))
        for sentence in form.non_field_errors():
            messages.error(request, sentence)
        return True
    if attempt(term, services.set_losers_term, project, by=request.user) if term.is_bound else False:
        messages.success(request, _("Saved."))
        return True
    if paid.is_bound and attempt(paid, services.record_final_payment, project, by=request.user):
        messages.success(request, _("Entered. A second manager has to approve it."))
        return True
    return False
