"""Pages of calls: public, and the workshop of those who make them."""

from django.urls import path, register_converter

from calls import views
from calls.models import Paper
from calls.publication import Part

app_name = "calls"


class PartConverter:
    """Only the parts that are one form each."""

    regex = "|".join(part.value for part in Part if part not in (Part.FORM, Part.DOCUMENTS))

    def to_python(self, value: str) -> Part:
        return Part(value)

    def to_url(self, value: str) -> str:
        return str(value)


class PaperConverter:
    """The documents that are made of a call's settings."""

    regex = "|".join(Paper.values)

    def to_python(self, value: str) -> Paper:
        return Paper(value)

    def to_url(self, value: str) -> str:
        return str(value)


register_converter(PartConverter, "callpart")
register_converter(PaperConverter, "callpaper")

EDIT = "calls/<slug:slug>/edit/"

urlpatterns = [
    path("", views.landing, name="landing"),
    path("calls/", views.call_list, name="call_list"),
    path("calls.ics", views.calendar, name="calendar"),
    path("calls.atom", views.feed, name="feed"),
    path("calls/<slug:slug>/", views.call_detail, name="call_detail"),
    path("calls/<slug:slug>/calendar.ics", views.call_calendar, name="call_calendar"),
    path("calls/<slug:slug>/questions/", views.call_questions, name="call_questions"),
    path("calls/<slug:slug>/ask/", views.call_ask, name="call_ask"),
    path("calls/<slug:slug>/documents/<str:ref>/", views.document, name="document"),
    path("calls/<slug:slug>/<callpaper:paper>-<str:language>.pdf", views.paper, name="paper"),
    path("embed/", views.embed_how, name="embed_how"),
    path("embed/calls/", views.embed, name="embed"),
    path("subscriptions/", views.subscription_list, name="subscription_list"),
    path("subscriptions/new/", views.subscription_create, name="subscription_create"),
    path("subscriptions/<str:ref>/", views.subscription_detail, name="subscription_detail"),
    path("subscriptions/<str:ref>/confirm/", views.subscription_confirm, name="subscription_confirm"),
    path("subscriptions/<str:ref>/end/", views.subscription_end, name="subscription_end"),
    path("our-calls/", views.staff_call_list, name="staff_call_list"),
    path("our-calls/new/", views.call_create, name="call_create"),
    path("our-calls/from-a-file/", views.call_import, name="call_import"),
    path("our-calls/like/<slug:sample>/", views.call_from_sample, name="call_from_sample"),
    path(EDIT, views.call_edit, name="call_edit"),
    path(EDIT + "file/", views.call_file, name="call_file"),
    path(EDIT + "clone/", views.call_clone, name="call_clone"),
    path(EDIT + "<callpart:part>/", views.call_part, name="call_part"),
    path(EDIT + "rules/add/", views.rule_add, name="rule_add"),
    path(EDIT + "rules/association/", views.association_record, name="association_record"),
    path(EDIT + "rules/move/", views.rule_move, name="rule_move"),
    path(EDIT + "rules/delete/", views.rule_delete, name="rule_delete"),
    path(EDIT + "rules/<slug:rule>/", views.rule_edit, name="rule_edit"),
    path(EDIT + "form/", views.form, name="form"),
    path(EDIT + "form/preview/", views.form_preview, name="form_preview"),
    path(EDIT + "form/add-section/", views.section_add, name="section_add"),
    path(EDIT + "form/move/", views.form_move, name="form_move"),
    path(EDIT + "form/place/", views.form_place, name="form_place"),
    path(EDIT + "form/copy/", views.form_copy, name="form_copy"),
    path(EDIT + "form/undo/", views.form_undo, name="form_undo"),
    path(EDIT + "form/standard/", views.form_standard, name="form_standard"),
    path(EDIT + "form/revise/", views.form_revise, name="form_revise"),
    path(EDIT + "form/discard/", views.form_discard, name="form_discard"),
    path(EDIT + "form/delete/", views.form_delete, name="form_delete"),
    path(EDIT + "form/sections/<slug:section>/", views.section_edit, name="section_edit"),
    path(EDIT + "form/sections/<slug:section>/add-question/", views.question_add, name="question_add"),
    path(
        EDIT + "form/sections/<slug:section>/questions/<slug:question>/",
        views.question_edit,
        name="question_edit",
    ),
    path(EDIT + "documents/", views.call_documents, name="call_documents"),
    path(EDIT + "documents/made/<slug:fingerprint>.pdf", views.paper_kept, name="paper_kept"),
    path(EDIT + "documents/<str:ref>/remove/", views.document_remove, name="document_remove"),
    path(EDIT + "publication/", views.call_publication, name="call_publication"),
    path(EDIT + "publication/propose/", views.publication_propose, name="publication_propose"),
    path(EDIT + "publication/withdraw/", views.proposal_withdraw, name="proposal_withdraw"),
    path(EDIT + "publication/publish/", views.call_publish, name="call_publish"),
    path(EDIT + "publication/exception/", views.duty_except, name="duty_except"),
    path(EDIT + "portal/", views.portal_entry, name="portal_entry"),
    path(EDIT + "enquiries/", views.enquiry_list, name="enquiry_list"),
    path(EDIT + "enquiries/answer/", views.enquiry_answer, name="enquiry_answer"),
    path(EDIT + "enquiries/point/", views.enquiry_point, name="enquiry_point"),
    path(EDIT + "enquiries/<str:ref>/set-aside/", views.enquiry_set_aside, name="enquiry_set_aside"),
    path(EDIT + "answers/<int:number>/", views.answer_correct, name="answer_correct"),
    path(EDIT + "answers/<int:number>/withdraw/", views.answer_withdraw, name="answer_withdraw"),
    path(EDIT + "incidents/", views.incident_list, name="incident_list"),
    path(EDIT + "incidents/record/", views.incident_record, name="incident_record"),
    path(EDIT + "incidents/<int:number>/end/", views.incident_end, name="incident_end"),
    path(EDIT + "incidents/<int:number>/publish/", views.incident_publish, name="incident_publish"),
    path(EDIT + "extend/", views.call_extend, name="call_extend"),
    path(EDIT + "cancel/", views.call_cancel, name="call_cancel"),
]
