"""Pages of projects and their money."""

from django.urls import path

from funding import views

app_name = "funding"
urlpatterns = [
    path("projects/", views.project_list, name="project_list"),
    path("projects/<slug:slug>/", views.project_detail, name="project_detail"),
    path("projects/<slug:slug>/look/", views.project_look, name="project_look"),
    path("projects/<slug:slug>/bank/", views.project_bank, name="project_bank"),
    path("projects/<slug:slug>/logo/", views.project_logo, name="project_logo"),
    path("projects/<slug:slug>/ceiling/", views.ceiling, name="ceiling"),
    path("projects/<slug:slug>/entries/", views.ledger, name="ledger"),
    path("projects/<slug:slug>/results/<slug:code>/", views.kpi_record, name="kpi_record"),
]
