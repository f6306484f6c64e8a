"""What the script adds, tried in Chromium on the component gallery; the server's answers to autosave are chosen here."""

import shutil
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

pytestmark = pytest.mark.django_db(transaction=True)
GAINS = "#id_wrong-gains"


class Gallery:
    """The page, and what the server says when its form saves itself."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url, self.status, self.sent, self.said = page, url, 204, [], []
        page.on("console", lambda line: self.said.append(line.text))
        page.route("**/_components/", self._answer)

    def _answer(self, route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        self.sent.append(parse_qs(route.request.post_data or "", keep_blank_values=True))
        return route.fulfill(status=self.status) if self.status else route.abort()

    def open(self) -> "Gallery":
        self.page.goto(self.url)
        return self

    @property
    def saved(self):
        return self.page.locator("[data-saved]").first

    def kept(self) -> list[str]:
        return self.page.evaluate("Object.keys(localStorage)")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as player:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the browser's event loop runs in this thread
        chromium = player.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def gallery(live_server, settings, browser: Browser) -> Iterator[Gallery]:
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["*"]
    page = browser.new_page(timezone_id="Europe/Lisbon", locale="en-GB")
    page.on("dialog", lambda dialog: dialog.accept())
    yield Gallery(page, f"{live_server.url}/_components/").open()
    page.context.close()


def test_page_adds_the_readers_time_and_moves_to_the_errors(gallery: Gallery) -> None:
    expect(gallery.page.get_by_text("11:04 Brussels time (10:04 where you are)")).to_have_count(1)
    assert gallery.page.evaluate("document.activeElement.id") == "errors"
    gallery.page.locator(".errors a").first.click()
    assert gallery.page.evaluate("document.activeElement.id") == "id_wrong-turnover"
    assert [line for line in gallery.said if "Content Security Policy" in line] == []


def test_counter_counts_code_points_and_says_too_many(gallery: Gallery) -> None:
    count = gallery.page.locator("#id_wrong-gains_count")
    gallery.page.fill(GAINS, "é👍🏽\nx")
    expect(count).to_have_text("5 of 1\u00a0500 characters")
    gallery.page.fill(GAINS, "y" * 1501)
    expect(count).to_have_text("too long by 1; at most 1\u00a0500 characters")
    gallery.page.fill("#id_wrong-reasons", " two\nwords ")
    expect(gallery.page.locator("#id_wrong-reasons_count")).to_have_text("words: 2, at least 30")


def test_autosave_sends_only_what_changed_since_the_last_save(gallery: Gallery) -> None:
    gallery.page.fill(GAINS, "first")  # on a page with errors nothing counts as saved yet
    expect(gallery.saved).to_have_text("Not saved yet")
    expect(gallery.saved).to_contain_text("Saved ")
    gallery.page.fill(GAINS, "second")
    expect(gallery.saved).to_have_text("Not saved yet")
    expect(gallery.saved).to_contain_text("Saved ")
    last = gallery.sent[-1]
    assert (last["changed"], last["wrong-gains"]) == (["wrong-gains"], ["second"])
    assert set(last) == {"changed", "wrong-gains", "csrfmiddlewaretoken"}
    assert gallery.kept() == []


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (503, "Not saved: the server could not answer. Your text is kept in this browser."),
        (0, "Not saved: no connection. Your text is kept in this browser."),
    ],
)
def test_unsaved_text_is_kept_and_offered_again(gallery: Gallery, status: int, sentence: str) -> None:
    gallery.status = status
    gallery.page.fill(GAINS, "typed on the train")
    expect(gallery.saved).to_have_text(sentence)
    gallery.open()
    expect(gallery.page.locator(GAINS)).not_to_have_value("typed on the train")
    gallery.status = 204
    gallery.page.get_by_role("button", name="Put it back").click()
    expect(gallery.page.locator(GAINS)).to_have_value("typed on the train")
    expect(gallery.saved).to_contain_text("Saved ")
    assert gallery.sent[-1]["wrong-gains"] == ["typed on the train"]
    assert gallery.kept() == []


def test_kept_text_goes_when_thrown_away(gallery: Gallery) -> None:
    gallery.status = 0
    gallery.page.fill(GAINS, "never mind")
    expect(gallery.saved).to_contain_text("kept in this browser")
    gallery.open().page.get_by_role("button", name="Throw it away").click()
    assert gallery.kept() == []


def test_form_is_sent_once_however_often_it_is_clicked(gallery: Gallery) -> None:
    sent = gallery.page.evaluate(
        """() => {
            const form = document.querySelector('form[action="#crispy"]');
            let count = 0;
            window.addEventListener("submit", (event) => { if (!event.defaultPrevented) count += 1; event.preventDefault(); });
            const button = form.appendChild(document.createElement("button"));
            button.click(); button.click(); form.requestSubmit();
            return count;
        }"""
    )
    assert sent == 1


def test_menu_closes_by_escape_and_gives_the_cursor_back(gallery: Gallery) -> None:
    gallery.page.set_viewport_size({"width": 390, "height": 800})
    menu = gallery.page.locator("details.phone-menu")
    menu.locator("summary").click()
    expect(menu).to_have_attribute("open", "")
    gallery.page.keyboard.press("Tab")
    gallery.page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    assert gallery.page.evaluate("document.activeElement.tagName") == "SUMMARY"
    assert gallery.page.evaluate("document.documentElement.scrollWidth") <= 390
