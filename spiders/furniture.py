"""The parts of a page around its list of articles: menus, footers, forms, bylines and tags."""

import re

from lxml.html import HtmlElement

__all__ = ["HEADINGS", "Furniture", "class_words"]

_TAGS = frozenset({"nav", "footer"})
_ROLES = frozenset({"navigation", "contentinfo", "search", "menu", "menubar", "dialog"})
_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|footer|breadcrumbs?|migas|pagination|paginacion|pager|cookies?"
    r"|share|social|tagcloud|tag-cloud|nube)(?:$|[\s_-])",
    re.IGNORECASE,
)
# The whole name or its end: "post-author" holds an author, "author-ana" is an article by Ana.
_DETAILS = frozenset(
    """
    author authors autor autores byline firma meta tags tag etiquetas topics topic temas tema category
    categories categoria kicker eyebrow volanta antetitulo cintillo comments comentarios
    """.split(),
)
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_CARDS = frozenset({"article", "li", "section", "td", "tr", "main", "body", "html"})
_PAGE = frozenset({"html", "body", "main"})


class Furniture:
    """Tells for the links of one page which stand in its furniture; each element is looked at once."""

    def __init__(self, tree: HtmlElement) -> None:
        self._known: dict[HtmlElement, bool] = {}
        # What holds the main part of the page is no menu, whatever it is called, nor a form.
        self._around_main = {
            around for main in tree.iter("main", "h1") for around in (main, *main.iterancestors())
        }

    def holds(self, link: HtmlElement) -> bool:
        """Tell whether a link stands in a menu, footer, form, byline or the like."""
        if not {"author", "tag", "category"}.isdisjoint((link.get("rel") or "").lower().split()):
            return True
        path: list[HtmlElement] = []
        element: HtmlElement | None = link
        while element is not None and element not in self._known:
            path.append(element)
            element = element.getparent()
        is_inside = element is not None and self._known[element]
        for step in reversed(path):
            is_inside = is_inside or self._is_furniture(step)
            self._known[step] = is_inside
        return is_inside

    def _is_furniture(self, element: HtmlElement) -> bool:
        # Themes write the state of the menu into the class of the body.
        if element.tag in _PAGE:
            return False
        if element.tag in _TAGS or element.get("role") in _ROLES:
            return True
        if element in self._around_main:
            return False
        if element.tag == "form" or _NAMES.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            return True
        return element.tag not in _CARDS and _is_detail(element)


def _is_detail(element: HtmlElement) -> bool:
    return not _DETAILS.isdisjoint(class_words(element)) and next(element.iter(*HEADINGS), None) is None


def class_words(element: HtmlElement) -> set[str]:
    """Return the last word of each class: ``card__title post-title`` gives title.

    >>> from lxml.html import fromstring
    >>> class_words(fromstring('<p class="card__title tag-narco"></p>')) == {"title", "narco"}
    True
    """
    return {re.split("[_-]", name)[-1] for name in (element.get("class") or "").lower().split()}
