"""Its pages."""

from django.urls import path

from tests.benchmarks.bare import views

urlpatterns = [
    path("hello", views.hello),
    path("<slug:name>/<int:pk>", views.page),
    path("<slug:name>/<int:pk>/save", views.save),
]
