"""Every page of the product, by stage. Names only as strings: the wiring knows no stage."""

from django.conf import settings
from django.urls import include, path

from funding.api import api, common_grants

urlpatterns = [
    path("", include("calls.urls")),
    path("", include("desk.urls")),
    path("", include("accounts.urls")),
    path("", include("funding.urls_project")),
    path("", include("applicants.urls")),
    path("", include("evaluation.urls")),
    path("", include("grants.urls")),
    path("", include("core.urls")),
    path("", include("reports.urls")),
    path("api/v1/", api.urls),
    path("common-grants/", common_grants.urls),
    path("account/", include("allauth.urls")),
]

if settings.DEMO:
    urlpatterns.append(path("_mail/", include("core.urls_mailbox")))

handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"
