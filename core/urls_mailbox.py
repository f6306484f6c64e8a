"""The demo's mailbox, wired only when DEMO is on."""

from django.urls import path

from core import views

urlpatterns = [
    path("", views.mailbox, name="mailbox"),
    path("<int:pk>/", views.mailbox_message, name="mailbox_message"),
]
