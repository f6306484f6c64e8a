"""Own account and own organisations."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("home/start/", views.home, name="home"),
    path("me/", views.profile, name="profile"),
    path("organisations/", views.organisation_list, name="organisation_list"),
    path("organisations/new/", views.organisation_create, name="organisation_create"),
    path("organisations/<slug:ref>/", views.organisation_detail, name="organisation_detail"),
]
