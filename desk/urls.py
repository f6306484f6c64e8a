"""Home, the pages every installation has to have, and the page of rights."""

from django.urls import path, register_converter

from desk import views

app_name = "desk"


class AboutConverter:
    """Only the pages that exist."""

    regex = "|".join(views.ABOUT)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(AboutConverter, "about")

urlpatterns = [
    path("home/", views.home, name="home"),
    path("applications/<slug:ref>/timeline/", views.application_timeline, name="application_timeline"),
    path(
        "calls/<slug:slug>/applications/<slug:ref>/timeline/",
        views.staff_application_timeline,
        name="staff_application_timeline",
    ),
    path("me/data/", views.own_data, name="own_data"),
    path("rights/", views.rights, name="rights"),
    path("about/<about:page>/", views.about, name="about"),
]
