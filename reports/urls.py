"""Public results, and the page about open data."""

from django.urls import path

from reports import views

app_name = "reports"

urlpatterns = [
    path("results/", views.result_list, name="result_list"),
    path("results.csv", views.result_file, name="result_file"),
    path("calls/<slug:slug>/results/", views.call_results, name="call_results"),
    path("calls/<slug:slug>/calculator/", views.call_calculator, name="call_calculator"),
    path("api/", views.api_guide, name="api_guide"),
]
