"""Home, the pages every installation has to have, and the page of rights."""

from django.urls import path, register_converter

from desk.views import doubling, erasing, holding, pages, retaining

app_name = "desk"


class AboutConverter:
    """Only the pages that exist."""

    regex = "|".join(pages.ABOUT)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(AboutConverter, "about")

urlpatterns = [
    path("home/", pages.home, name="home"),
    path("applications/<slug:ref>/timeline/", pages.application_timeline, name="application_timeline"),
    path(
        "calls/<slug:slug>/applications/<slug:ref>/timeline/",
        pages.staff_application_timeline,
        name="staff_application_timeline",
    ),
    path("me/data/", pages.own_data, name="own_data"),
    path("me/erasure/", erasing.erasure, name="erasure"),
    path("me/erasure/back/", erasing.erasure_take_back, name="erasure_take_back"),
    path("people/erasures/", erasing.erasure_requests, name="erasure_requests"),
    path("people/erasures/<int:asked>/confirm/", erasing.erasure_confirm, name="erasure_confirm"),
    path("people/erasures/<int:asked>/back/", erasing.erasure_refuse, name="erasure_refuse"),
    path("projects/<slug:slug>/retention/", retaining.retention, name="retention"),
    path("projects/<slug:slug>/retention/holds/", holding.holds, name="holds"),
    path("projects/<slug:slug>/retention/holds/<slug:hold>/lift/", holding.hold_lift, name="hold_lift"),
    path("projects/<slug:slug>/organisations/", doubling.organisation_doubles, name="organisation_doubles"),
    path(
        "projects/<slug:slug>/organisations/<slug:one>/<slug:other>/",
        doubling.organisation_double,
        name="organisation_double",
    ),
    path("projects/<slug:slug>/merges/<slug:ref>/", doubling.organisation_merge, name="organisation_merge"),
    path("rights/", pages.rights, name="rights"),
    path("about/<about:page>/", pages.about, name="about"),
]
