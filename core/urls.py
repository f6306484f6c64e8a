"""Core's own pages. The health answers come from the middleware; their names stand here for links and the policy."""

from django.urls import path

from core import sessions, views

urlpatterns = [
    path("livez", views.not_found, {"exception": Exception()}, name="livez"),
    path("readyz", views.not_found, {"exception": Exception()}, name="readyz"),
    path("session/extend/", sessions.session_extend, name="session_extend"),
    path("theme/<str:colour>.css", views.theme, name="theme"),
    path("_components/", views.components, name="components"),
]
