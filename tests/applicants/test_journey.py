"""A company's way without script, from registration to a second submission, by the forms of the pages themselves."""

import html
import re

import pytest

from accounts.models import Organisation, User
from applicants.models import Application
from core.models import OutgoingMessage
from tests.applicants import steps
from tests.calls import factories as calls
from tests.funding.factories import team

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery staple"


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the forms in a page's main part, as a browser sends them."""
    main = page.partition("<main")[2].partition("</main>")[0]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', main)
    return {name: html.unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def send(client, url: str, **fields: object) -> str:
    """Open the page, fill its form, send it, follow the answer; the text of the page that comes."""
    page = client.get(url)
    assert page.status_code == 200, url
    data = {**hidden(page.content.decode()), **{name.replace("__", "."): v for name, v in fields.items()}}
    data.update(data.pop("more", {}))
    answer = client.post(url, data, follow=True)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def test_a_company_registers_applies_withdraws_and_applies_again(client, now):
    call = calls.call(team())
    send(
        client,
        "/account/signup/",
        full_name="Alice Bianchi",
        email="alice@rossi.example",
        password1=PASSWORD,
        password2=PASSWORD,
    )
    mail = OutgoingMessage.objects.get(to="alice@rossi.example")
    link = re.search(r"https?://[^/]+(/account/confirm-email/\S+)", mail.text)[1]
    send(client, link)
    send(
        client,
        f"/account/login/?next=/calls/{call.slug}/apply/",
        login="alice@rossi.example",
        password=PASSWORD,
    )
    assert User.objects.get(email="alice@rossi.example").full_name == "Alice Bianchi"

    apply = f"/calls/{call.slug}/apply/"
    assert "First enter your organisation" in client.get(apply).content.decode()
    page = send(
        client,
        f"/organisations/new/?next={apply}",
        legal_name="Rossi Meccanica S.r.l.",
        country="IT",
        registration_number="BS-123456",
        vat="IT00743110157",
        town="Brescia",
        size="small",
    )
    organisation = Organisation.objects.get(legal_name="Rossi Meccanica S.r.l.")
    assert "Start the draft" in page
    send(client, apply, organisation=organisation.ref)
    application = Application.objects.get()
    base = application.get_absolute_url()

    send(client, f"{base}about/", title="Vision control for short steel series", do__go="next")
    send(
        client,
        f"{base}partners/add/",
        legal_name="Politehnica",
        country="RO",
        registration_number="J12/1",
        town="Cluj",
        size="other",
        cost_cents="",
        requested_cents="",
    )
    amounts = {f"cost-{organisation.ref}": "40 000", f"asked-{organisation.ref}": "20 000.00"}
    send(client, f"{base}partners/", more=amounts, do__go="next")
    send(client, f"{base}sections/idea/", problem="Parts are checked by hand.", trl="5", do__go="next")
    send(client, f"{base}sections/files/", file__offer=steps.pdf(), do__go="next")
    assert "Everything is there" in client.get(f"{base}check/").content.decode()

    receipt = send(client, f"{base}submit/", more=dict.fromkeys(steps.ALL, "on"))
    first = application.valid_version()
    assert first.sha256 in receipt
    assert "You withdrew this application" in send(
        client, f"{base}withdraw/", reason="A mistake in the costs"
    )
    client.post(f"{base}change/")
    amounts = {f"asked-{organisation.ref}": "15 000.00", f"cost-{organisation.ref}": "40 000"}
    send(client, f"{base}partners/", more=amounts)
    receipt = send(client, f"{base}submit/", more=dict.fromkeys(steps.ALL, "on"))

    application.refresh_from_db()
    second = application.valid_version()
    assert second.sha256 in receipt and second.sha256 != first.sha256
    assert (second.number, application.state) == (2, "open")
    assert [p["requested_cents"] for p in second.payload["partners"]] == [15_000_00, 0]
    assert [f["name"] for f in second.payload["files"]] == ["offer.pdf"]
    kinds = list(
        OutgoingMessage.objects.filter(to="alice@rossi.example").order_by("pk").values_list("kind", flat=True)
    )
    assert kinds[-3:] == ["submission_received", "application_withdrawn", "submission_received"]
