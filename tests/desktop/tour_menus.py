"""Somebody who opens the menus of a program that runs, with the mouse or by keys."""

from __future__ import annotations

from desktop.running_program import Report, front, page_of
from desktop.tour_reports import middle, paths_of
from desktop.tour_writer import Writer

EntryPath = tuple[str, ...]


class MenuUser(Writer):
    """Knows the menu bar and the page's context menu."""

    # --- what there is ---

    def menu_titles(self) -> list[str]:
        """The menus of the menu bar."""
        return [menu["title"] for menu in front(self.running.report())["menus"]]

    def entries_of(self, menu: str) -> list[EntryPath]:
        """Every entry of a menu and of the menus in it, as it is when opened."""
        self.open_menu(menu, "mouse")
        found = [
            (menu, *rest) for rest in paths_of(self.open_menus(self.running.report())[0]["entries"])
        ]
        self.leave_menus()
        return found

    @staticmethod
    def open_menus(report: Report) -> list[Report]:
        """The menus on screen."""
        return [w for w in report["windows"] if w["is_menu"]]

    # --- opening ---

    def open_menu(self, title: str, how: str) -> Report:
        """Open a menu of the menu bar; how it then is."""
        report = self.running.settled()
        menu = next(m for m in front(report)["menus"] if m["title"] == title)
        if how == "mouse":
            self.driver.click(*middle(menu["rect"]))
        else:
            self.driver.keys(f"alt+{menu['mnemonic']}")
        report = self.running.until(self.open_menus, f"the menu {title} opens ({how})")
        return self.open_menus(self.running.settled())[0]

    def leave_menus(self) -> None:
        """Out of every menu with Esc."""
        for _ in range(4):
            if not self.open_menus(self.running.settled()):
                return
            self.driver.keys("Escape")
        raise AssertionError("the menus stay open after Esc")

    def choose(self, path: EntryPath, how: str) -> Report | None:
        """Open the menu of ``path`` and choose its entry; the entry, or None if it is disabled."""
        self.open_menu(path[0], how)
        return self.choose_in_menu(path[1:], how)

    def choose_in_menu(self, path: tuple[str, ...], how: str) -> Report | None:
        """Choose an entry of the menu that is open; the entry, or None if it is disabled."""
        for depth, title in enumerate(path):
            entry = self._entry_on_screen(title)
            if not entry["is_enabled"]:
                self.leave_menus()
                return None
            if how == "mouse":
                self.driver.click(*middle(entry["rect"]))
            else:
                self._walk_to(title)
                self.driver.keys("Right" if entry["is_submenu"] else "Return")
            if entry["is_submenu"]:
                wanted = depth + 2
                self.running.until(
                    lambda r, n=wanted: len(self.open_menus(r)) >= n, f"{title} opens"
                )
        return entry

    def _entry_on_screen(self, title: str) -> Report:
        menus = self.open_menus(self.running.settled())
        return next(e for menu in menus for e in menu["entries"] if e["title"] == title)

    def _walk_to(self, title: str) -> None:
        for _ in range(40):
            if self._entry_on_screen(title)["is_chosen"]:
                return
            self.driver.keys("Down")
        raise AssertionError(f"the arrow keys do not reach {title}")

    # --- the context menu ---

    def open_context_menu(self, where: str, how: str) -> list[Report]:
        """The entries of the page's context menu, opened with the right button or with the menu key."""
        page = page_of(self.running.settled())
        left, top, width, _ = page["column"]
        x, y = page["caret_rect"][0] - 20, page["caret_rect"][1] + 8
        if where == "beside the column":
            x, y = left + width + 40, top + 60
        if how == "mouse":
            self.driver.click(x, y, 3)
        else:
            self.driver.keys("Menu")
        report = self.running.until(self.open_menus, f"a context menu {where} by {how}")
        entries: list[Report] = self.open_menus(report)[0]["entries"]
        return entries

    def context_entries(self, where: str, how: str) -> list[str]:
        """The titles in the context menu."""
        titles = [entry["title"] for entry in self.open_context_menu(where, how)]
        self.leave_menus()
        return titles
