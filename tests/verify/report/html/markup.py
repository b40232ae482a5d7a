"""Reads a page's markup, as strictly as a test needs it."""

from __future__ import annotations

from html.parser import HTMLParser

from typing_extensions import override


class Page(HTMLParser):
    """What a page is made of: its elements with their attributes, and the text of each kind of element."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.inside: dict[str, list[str]] = {}
        self._open = ""
        self.feed(page)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._open = tag
        self.inside.setdefault(tag, []).append("")

    @override
    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    @override
    def handle_data(self, data: str) -> None:
        self.text += data
        if self._open:
            self.inside[self._open][-1] += data

    @override
    def handle_comment(self, data: str) -> None:
        self.elements.append(("comment", {"data": data}))

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]

    def shapes(self) -> set[tuple[str, str]]:
        """Every pair of element and attribute name that occurs."""
        return {(tag, name) for tag, attributes in self.elements for name in attributes} | {
            (tag, "") for tag, _ in self.elements
        }
