"""Two ways of using a page: with a pointer, and with the keyboard alone."""

from pathlib import Path

from playwright.sync_api import Locator, Page

MOST_TABS = 250


class Pointer:
    """Clicks and types where it points."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, selector: str) -> None:
        """A link or a button."""
        self.page.locator(selector).first.click()

    def write(self, selector: str, text: str) -> None:
        """A line or an area of text."""
        self.page.locator(selector).fill(text)

    def tick(self, selector: str) -> None:
        """A box or a round button."""
        self.page.locator(selector).check()

    def choose(self, selector: str, value: str) -> None:
        """One of a list."""
        self.page.locator(selector).select_option(value)

    def attach(self, selector: str, *files: Path) -> None:
        """Files of this machine."""
        self.page.locator(selector).set_input_files([str(file) for file in files])


class Keyboard(Pointer):
    """Reaches everything with Tab, as somebody without a mouse does; what Tab does not reach fails the test."""

    def _reach(self, selector: str) -> Locator:
        target = self.page.locator(selector).first
        target.wait_for()
        for _n in range(MOST_TABS):
            if target.evaluate("e => e === document.activeElement"):
                return target
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} is not reached with Tab")

    def press(self, selector: str) -> None:
        self._reach(selector)
        self.page.keyboard.press("Enter")

    def write(self, selector: str, text: str) -> None:
        self._reach(selector)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)

    def tick(self, selector: str) -> None:
        target = self.page.locator(selector).first
        if target.get_attribute("type") == "radio":
            # Tab reaches a group once; the arrows move inside it.
            name = target.get_attribute("name")
            self.page.locator(f"input[name={name}]:checked, input[name={name}]").first.wait_for()
            self._reach_group(name or "")
            while not target.is_checked():
                self.page.keyboard.press("Space" if target.evaluate("e => e === document.activeElement") else "ArrowDown")
            return
        if not self._reach(selector).is_checked():
            self.page.keyboard.press("Space")

    def _reach_group(self, name: str) -> None:
        for _n in range(MOST_TABS):
            if self.page.evaluate("name => document.activeElement.name === name", name):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the group {name} is not reached with Tab")

    def choose(self, selector: str, value: str) -> None:
        target = self._reach(selector)
        self.page.keyboard.press("Home")
        for _n in range(target.locator("option").count()):
            if target.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        assert target.input_value() == value

    def attach(self, selector: str, *files: Path) -> None:
        self._reach(selector)
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files([str(file) for file in files])
