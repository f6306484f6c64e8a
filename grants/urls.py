"""Pages of grants: staff under the call, beneficiaries under the agreement, payments on their own."""

from django.urls import path

from grants.views import beneficiary, ending, payments, staff, survey

app_name = "grants"

_call = "calls/<slug:slug>/grants/"
_one = _call + "<str:ref>/"
_own = "agreements/<str:ref>/"
_pay = "payments/<str:ref>/"

urlpatterns = [
    path(_call, staff.agreement_list, name="agreement_list"),
    path(_call + "draft/", staff.agreement_draft, name="agreement_draft"),
    path(_call + "draft/<str:ref>/", staff.agreement_plan, name="agreement_plan"),
    path(_call + "survey/", survey.staff_survey, name="staff_survey"),
    path(_one, staff.agreement_staff, name="agreement_staff"),
    path(_one + "document/", staff.agreement_staff_document, name="agreement_staff_document"),
    path(_one + "send/", staff.agreement_send, name="agreement_send"),
    path(_one + "withdraw/", staff.agreement_withdraw, name="agreement_withdraw"),
    path(_one + "countersign/", staff.agreement_countersign, name="agreement_countersign"),
    path(_one + "end/", ending.agreement_end, name="agreement_end"),
    path(_one + "bank/<str:organisation>/", staff.bank_account_verify, name="bank_account_verify"),
    path(_one + "milestones/<str:milestone>/", staff.milestone_review, name="milestone_review"),
    path(_one + "milestones/<str:milestone>/payments/", staff.payments_propose, name="payments_propose"),
    path(
        _one + "milestones/<str:milestone>/files/<int:number>/",
        staff.report_staff_file,
        name="report_staff_file",
    ),
    path(_own, beneficiary.agreement_detail, name="agreement_detail"),
    path(_own + "document/", beneficiary.agreement_document, name="agreement_document"),
    path(_own + "sign/", beneficiary.agreement_sign, name="agreement_sign"),
    path(_own + "survey/", survey.agreement_survey, name="agreement_survey"),
    path(_own + "survey/decline/", survey.agreement_survey_decline, name="agreement_survey_decline"),
    path(_own + "bank/<str:organisation>/", beneficiary.bank_account_enter, name="bank_account_enter"),
    path(_own + "milestones/<str:milestone>/", beneficiary.milestone_report, name="milestone_report"),
    path(
        _own + "milestones/<str:milestone>/files/<int:number>/", beneficiary.report_file, name="report_file"
    ),
    path("applications/<str:ref>/agreement/", beneficiary.agreement_panel, name="agreement_panel"),
    path(_own + "recoveries/<str:recovery>/", ending.recovery_own, name="recovery_own"),
    path(_own + "recoveries/<str:recovery>/letter/", ending.recovery_own_letter, name="recovery_own_letter"),
    path("recoveries/", ending.recovery_list, name="recovery_list"),
    path("recoveries/<str:ref>/", ending.recovery_detail, name="recovery_detail"),
    path("recoveries/<str:ref>/letter/", ending.recovery_letter, name="recovery_letter"),
    path("recoveries/<str:ref>/again/", ending.recovery_again, name="recovery_again"),
    path("recoveries/<str:ref>/do/<slug:act>/", ending.recovery_act, name="recovery_act"),
    path("payments/", payments.payment_list, name="payment_list"),
    path(_pay, payments.payment_detail, name="payment_detail"),
    path(_pay + "approve/", payments.payment_approve, name="payment_approve"),
    path(_pay + "paid/", payments.payment_paid, name="payment_paid"),
    path(_pay + "failed/", payments.payment_failed, name="payment_failed"),
    path(_pay + "cancel/", payments.payment_cancel, name="payment_cancel"),
    path(_pay + "order/", payments.payment_order, name="payment_order"),
]
