"""How a project looks: a colour that can be read, and a logo."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import audit
from core.errors import DomainError
from funding import services
from tests.applicants.steps import png as picture
from tests.funding.factories import team

pytestmark = pytest.mark.django_db


@pytest.fixture
def crew():
    return team()


def page(crew) -> str:
    return f"/projects/{crew.project.slug}/look/"


def test_change_look_keeps_colour_and_logo_and_says_so_in_the_trail(crew):
    services.change_look(crew.project, accent="#0C6152", by=crew.mia, logo=picture("logo.png"))
    crew.project.refresh_from_db()

    assert (crew.project.accent, crew.project.logo.media_type) == ("#0c6152", "image/png")
    assert audit.history(crew.project).last().verb == "project.look_changed"


@pytest.mark.parametrize(
    "accent, sentence",
    [
        ("teal", "“teal” is no colour. Give six digits such as #1d4f91."),
        ("#ffcc00", "#ffcc00 cannot be read well: its contrast is 1.3 to 1"),
    ],
)
def test_change_look_refuses_what_is_no_colour_or_cannot_be_read(crew, accent, sentence):
    with pytest.raises(DomainError) as refused:
        services.change_look(crew.project, accent=accent, by=crew.mia)

    assert sentence in refused.value.message
    assert refused.value.field == "accent"


def test_change_look_refuses_a_file_that_is_no_picture(crew):
    file = SimpleUploadedFile("logo.png", b"not a picture", "image/png")
    with pytest.raises(DomainError):
        services.change_look(crew.project, accent="", by=crew.mia, logo=file)


def test_the_page_keeps_what_was_typed_and_shows_the_look_to_everybody(client, crew):
    client.force_login(crew.mia)
    refused = client.post(page(crew), {"accent": "#ffcc00"})
    client.post(page(crew), {"accent": "#0c6152", "logo": picture("logo.png")})
    shown = client.get(crew.project.get_absolute_url()).content.decode()
    client.logout()
    logo = client.get(f"/projects/{crew.project.slug}/logo/")

    assert refused.status_code == 422
    assert 'value="#ffcc00"' in refused.content.decode()
    assert "/theme/0c6152.css" in shown
    assert (logo.status_code, logo["Content-Type"]) == (200, "image/png")


def test_only_managers_change_the_look(client, crew):
    client.force_login(crew.fred)

    assert client.get(page(crew)).status_code == 200
    assert client.post(page(crew), {"accent": "#0c6152"}).status_code == 403


def test_a_project_without_a_logo_has_no_picture(client, crew):
    assert client.get(f"/projects/{crew.project.slug}/logo/").status_code == 404
