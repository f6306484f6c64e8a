"""Own account, own organisations and their people."""

from django.urls import path

from accounts.views import invitations, language, notices, own, people

app_name = "accounts"
one = "organisations/<slug:ref>/"

urlpatterns = [
    path("home/start/", own.home, name="home"),
    path("me/", own.profile, name="profile"),
    path("language/", language.language_choose, name="language_choose"),
    path("me/mail/<int:message>/again/", own.mail_again, name="mail_again"),
    path("me/notices/", notices.notices, name="notices"),
    path("notices/<str:signed>/end/", notices.notice_end, name="notice_end"),
    path("organisations/", own.organisation_list, name="organisation_list"),
    path("organisations/new/", own.organisation_create, name="organisation_create"),
    path("organisations/requests/", people.join_requests, name="join_requests"),
    path(one, own.organisation_detail, name="organisation_detail"),
    path(f"{one}join/", people.organisation_join, name="organisation_join"),
    path(f"{one}people/", people.organisation_people, name="organisation_people"),
    path(f"{one}people/invite/", people.colleague_invite, name="colleague_invite"),
    path(
        f"{one}people/invitations/<slug:invitation>/withdraw/",
        people.invitation_withdraw,
        name="invitation_withdraw",
    ),
    path(f"{one}people/requests/<slug:asked>/answer/", people.join_answer, name="join_answer"),
    path(f"{one}people/<int:person>/role/", people.person_role, name="person_role"),
    path(f"{one}people/<int:person>/end/", people.person_end, name="person_end"),
    path("join/<str:token>/", invitations.invitation, name="invitation"),
    path("join/<str:token>/register/", invitations.invitation_register, name="invitation_register"),
    path("join/<str:token>/decline/", invitations.invitation_decline, name="invitation_decline"),
]
