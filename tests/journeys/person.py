"""A person before a browser: signs in, reads, clicks, fills, and looks for barriers."""

import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Locator, Page, Request, Response

PASSWORD = "voucher-desk-demo"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


AXE = {"runOnly": {"type": "tag", "values": _TAGS}, "resultTypes": ["violations"], "preload": False}
LEADS_ON = 'e => e.closest("a") ? !e.closest("a").getAttribute("href").startsWith("#") : e.type === "submit"'


class Person:
    """What a journey does, in the words of somebody who uses the product."""

    def __init__(self, name: str, page: Page, site: str, folder: Path, javascript: bool) -> None:
        self.name, self.page, self.site, self.folder, self.javascript = name, page, site, folder, javascript
        self.trouble: list[str] = []
        self.looks = 0
        page.on("request", self._watch_request)
        page.on("response", self._watch_response)
        page.on("pageerror", lambda error: self.trouble.append(f"script error: {error}"))
        page.on("console", lambda line: self._watch_console(line.text))
        page.on("dialog", lambda dialog: dialog.accept())

    def _watch_request(self, request: Request) -> None:
        if not request.url.startswith((self.site, "data:", "blob:")):
            self.trouble.append(f"a foreign host: {request.url}")

    def _watch_response(self, response: Response) -> None:
        if response.status >= 500:
            self.trouble.append(f"{response.status} at {response.url}")

    def _watch_console(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.trouble.append(text)

    def open(self, path: str) -> None:
        """Go to a page by its address."""
        self.page.goto(path)

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        """Sign in with e-mail and password, unless this browser did before."""
        self.open("/account/login/")
        if "/account/login/" not in self.page.url:
            return
        self.page.get_by_label(re.compile("e-?mail", re.I)).first.fill(email)
        self.page.get_by_label(re.compile("^password", re.I)).first.fill(password)
        self.press(self.page.get_by_role("main").get_by_role("button", name=re.compile("sign in", re.I)))

    def click(self, name: str, *, exact: bool = False) -> None:
        """Follow a link or press a button by its words, in the page's main part; the first of several."""
        main = self.page.get_by_role("main")
        target = main.get_by_role("button", name=name, exact=exact).or_(
            main.get_by_role("link", name=name, exact=exact)
        )
        self.press(target.first)

    def press(self, target: Locator) -> None:
        """Click this link or button, and wait for the page it leads to: going on at once would cut off what was sent."""
        if target.evaluate(LEADS_ON):
            with self.page.expect_navigation():
                target.click()
        else:
            target.click()

    def fill(self, label: str, value: str) -> None:
        """Type into the field with this label."""
        self.page.get_by_role("main").get_by_label(label).first.fill(value)

    def put(self, name: str, value: str) -> None:
        """Type into the field of this name, for fields that share their words with others."""
        self.page.get_by_role("main").locator(f"[name={name}]").first.fill(value)

    def choose(self, label: str, option: str) -> None:
        """Choose from a list by the words of the option."""
        self.page.get_by_role("main").get_by_label(label).first.select_option(label=option)

    def sees(self, text: str) -> bool:
        """Is this text on the page, now or as soon as the answer is there?"""
        for _ in range(50):
            if text in self.text:
                return True
            self.page.wait_for_timeout(200)
        return False

    def misses(self, text: str) -> bool:
        """Is this text absent from the page that is there?"""
        self.page.wait_for_load_state()
        return text not in self.text

    @property
    def text(self) -> str:
        """What the page says, with ordinary spaces."""
        try:
            raw = self.page.locator("body").inner_text()
        except Error:  # the page is just being left
            return ""
        return re.sub(r"\s+", " ", raw.replace("\u00a0", " "))

    def look(self, name: str) -> None:
        """Keep a picture of the page, and find no barrier on it. Without JavaScript it looks the same, and axe cannot run."""
        if not self.javascript:
            return
        self.looks += 1
        self.page.screenshot(path=self.folder / f"{self.looks:02d}-{self.name}-{name}.png", full_page=True)
        found = Axe().run(self.page, options=AXE)
        broken = [f"{v['id']}: {[n['target'] for n in v['nodes']][:3]}" for v in found.response["violations"]]
        if broken:
            self.trouble.append(f"barriers on {name}: {broken}")
