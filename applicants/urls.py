"""Pages of applicants, and the staff's list of what was submitted."""

from django.urls import path

from applicants.views import (
    aid,
    applicant,
    catalogue,
    copying,
    drafting,
    messages,
    organisations,
    partnering,
    revisions,
    sections,
    sharing,
    signing,
    staff,
    tools,
    uploads,
    verifying,
)

app_name = "applicants"
one = "applications/<slug:ref>/"
asked = "participations/<slug:participation>/"
submitted = "calls/<slug:slug>/applications/"

urlpatterns = [
    path("organisations/<slug:ref>/size/", organisations.organisation_size, name="organisation_size"),
    path("tools/sme-check/", tools.sme_check, name="sme_check"),
    path("verify/", verifying.receipt_check, name="receipt_check"),
    path("verify/seal.pem", verifying.seal_certificate, name="seal_certificate"),
    path("applications/", applicant.application_list, name="application_list"),
    path("calls/<slug:slug>/catalogue/", catalogue.catalogue, name="catalogue"),
    path("calls/<slug:slug>/check/", tools.call_check, name="call_check"),
    path("calls/<slug:slug>/apply/", applicant.application_start, name="application_start"),
    path(one, applicant.application_detail, name="application_detail"),
    path(f"{one}about/", drafting.application_about, name="application_about"),
    path(f"{one}partners/", drafting.application_partners, name="application_partners"),
    path(f"{one}partners/add/", drafting.application_partner_add, name="application_partner_add"),
    path(
        f"{one}partners/<slug:organisation>/remove/",
        drafting.application_partner_remove,
        name="application_partner_remove",
    ),
    path(
        f"{one}partners/<slug:organisation>/ask/",
        partnering.application_partner_ask,
        name="application_partner_ask",
    ),
    path(asked, partnering.participation_detail, name="participation_detail"),
    path(f"{asked}part/", partnering.participation_part, name="participation_part"),
    path(f"{asked}sections/<slug:section>/", partnering.participation_section, name="participation_section"),
    path(f"{one}aid/<slug:organisation>/", aid.application_aid, name="application_aid"),
    path(f"{one}sections/<slug:section>/", sections.application_section, name="application_section"),
    path(f"{one}copy/", copying.application_copy, name="application_copy"),
    path(f"{one}copy/<slug:source>/", copying.application_copy_from, name="application_copy_from"),
    path(
        f"{one}sections/<slug:section>/<slug:question>/",
        sharing.application_question,
        name="application_question",
    ),
    path("presence/", sharing.section_presence, name="section_presence"),
    path(f"{one}uploads/", uploads.application_upload_begin, name="application_upload_begin"),
    path(f"{one}uploads/<slug:upload>/", uploads.application_upload, name="application_upload"),
    path(f"{one}form-change/", revisions.application_form_change, name="application_form_change"),
    path(f"{one}check/", applicant.application_check, name="application_check"),
    path(f"{one}submit/", applicant.application_submit, name="application_submit"),
    path(f"{one}signature/", signing.application_signature, name="application_signature"),
    path(f"{one}signature/back/", signing.application_signature_back, name="application_signature_back"),
    path(f"{one}change/", applicant.application_change, name="application_change"),
    path(f"{one}discard/", applicant.application_discard, name="application_discard"),
    path(f"{one}withdraw/", applicant.application_withdraw, name="application_withdraw"),
    path(f"{one}versions/<int:number>/", applicant.application_version, name="application_version"),
    path(f"{one}versions/<int:number>/receipt/", applicant.application_receipt, name="application_receipt"),
    path(
        f"{one}versions/<int:number>/receipt.pdf",
        applicant.application_receipt_pdf,
        name="application_receipt_pdf",
    ),
    path(f"{one}versions/<int:number>/data.json", applicant.application_data, name="application_data"),
    path(f"{one}files/<slug:file>/", applicant.application_file, name="application_file"),
    path(f"{one}messages/", messages.application_messages, name="application_messages"),
    path(
        f"{one}messages/<slug:message>/file/",
        messages.application_message_file,
        name="application_message_file",
    ),
    path("calls/<slug:slug>/form-change/", revisions.staff_form_change, name="staff_form_change"),
    path(submitted, staff.staff_application_list, name="staff_application_list"),
    path(f"{submitted}checks/", staff.staff_check_counts, name="staff_check_counts"),
    path(f"{submitted}aid-register.csv", staff.staff_aid_register, name="staff_aid_register"),
    path(f"{submitted}messages/", messages.staff_message_list, name="staff_message_list"),
    path(f"{submitted}<slug:ref>/messages/", messages.staff_messages, name="staff_messages"),
    path(
        f"{submitted}<slug:ref>/messages/settle/",
        messages.staff_messages_settle,
        name="staff_messages_settle",
    ),
    path(
        f"{submitted}<slug:ref>/messages/<slug:message>/file/",
        messages.staff_message_file,
        name="staff_message_file",
    ),
    path(f"{submitted}<slug:ref>/", staff.staff_application_detail, name="staff_application_detail"),
    path(
        f"{submitted}<slug:ref>/files/<slug:file>/",
        staff.staff_application_file,
        name="staff_application_file",
    ),
    path(
        f"{submitted}<slug:ref>/versions/<int:number>/receipt.pdf",
        staff.staff_application_receipt,
        name="staff_application_receipt",
    ),
    path(f"{submitted}<slug:ref>/take-out/", staff.staff_entry_remove, name="staff_entry_remove"),
    path(f"{submitted}<slug:ref>/put-back/", staff.staff_entry_restore, name="staff_entry_restore"),
]
