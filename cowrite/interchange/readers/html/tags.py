"""Which elements are what."""

from __future__ import annotations

BLOCKS = frozenset(
    {"address", "article", "aside", "body", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset"}
    | {"figcaption", "figure", "footer", "form", "header", "hgroup", "html", "legend", "main", "menu", "nav", "p"}
    | {"search", "section", "summary", "tbody", "thead", "tfoot", "caption", "tr", "td", "th", "li", "optgroup"}
    | {"listing", "xmp", "noframes"}
)  # fmt: skip
HEADINGS = {f"h{level}": level for level in range(1, 7)}
LISTS = frozenset({"ul", "ol", "menu", "dir"})
STRONG = frozenset({"b", "strong"})
EMPHASIS = frozenset({"i", "em", "cite", "dfn", "var"})
STRIKE = frozenset({"s", "strike"})
CODE = frozenset({"code", "tt", "kbd", "samp"})
SILENT = frozenset(
    {"head", "script", "style", "template", "noscript", "title", "meta", "link", "base", "xml", "area", "map", "param"}
    | {"col", "colgroup", "rp", "datalist", "option", "noembed"}
)  # fmt: skip
"""What has no text that anybody sees, or none by itself."""
MEDIA = frozenset({"audio", "video", "iframe", "frame", "object", "embed", "applet", "bgsound"})
DRAWINGS = frozenset({"svg", "canvas"})
FORMS = frozenset(
    {"button", "select", "textarea", "input", "progress", "meter", "output", "keygen"}
)
WITHOUT_CONTENT = frozenset({"br", "hr", "img", "input", "math", "pre"})
