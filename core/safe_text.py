"""Text that a person typed, made safe for the place where it is shown.

Column names, class labels, file names and nicknames are data. Markdown would turn the column name
``![](http://evil/x.png)`` into a request from every viewer's browser, and a spreadsheet would run a cell
that begins with ``=``. Each sink has one function here, and no other module escapes by itself.
"""

import html
import re
import unicodedata

MAX_CHARS = 200
# Everything that Markdown, its directives (:red[…]), LaTeX ($…$) and HTML could read as a command.
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&\"'=^@/])")
# What Markdown makes a link of even where every mark is escaped: http://…, www.…, name@host.
_LINK = re.compile(r"(?i)(?<=https)(?=:)|(?<=http)(?=:)|(?<=www)(?=\.)|(?=@)")
_JOINER = "\u2060"
"""A character without width that no line breaks at; `plain` removes it from what a person typed."""
# Control characters, and the invisible ones that reverse or hide what is written.
_INVISIBLE = re.compile(
    r"[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
# The narrow space of "97 %" and "1 240" stays: it keeps a number together at the end of a line.
_BLANKS = re.compile(r"[^\S\u202f]+")
_RESERVED = {"con", "prn", "aux", "nul"} | {f"{p}{i}" for p in ("com", "lpt") for i in range(1, 10)}


def plain(text: object) -> str:
    """Return `text` on one line, without control characters, at most 200 characters long."""
    line = _INVISIBLE.sub(" ", str(text))
    line = _BLANKS.sub(" ", line).strip()
    return line if len(line) <= MAX_CHARS else line[: MAX_CHARS - 1] + "…"


def md(text: object) -> str:
    """Return `text` for a Markdown sink: shown letter by letter, never read as markup.

    ``md("![t](http://x)")`` shows exactly these characters, fetches nothing and links to nothing.
    """
    return _MARKUP.sub(r"\\\1", _LINK.sub(_JOINER, plain(text)))


def md_prose(text: str) -> str:
    """Return a whole sentence with such text in it for a Markdown sink, whatever its length."""
    line = _BLANKS.sub(" ", _INVISIBLE.sub(" ", text)).strip()
    return _MARKUP.sub(r"\\\1", _LINK.sub(_JOINER, line))


def plot(text: object) -> str:
    """Return `text` for a title, label or hover text of Plotly, which reads a subset of HTML."""
    return html.escape(plain(text), quote=True)


def csv_cell(value: object) -> object:
    """Return `value` for a cell of an exported CSV: text that a spreadsheet would run gets a quote.

    Numbers stay numbers. Covered are leading ``= + - @``, tab, carriage return and NUL, also after
    blanks or quotes and in their full-width forms (OWASP ASVS 1.2.10).
    """
    if not isinstance(value, str):
        return value
    bare = unicodedata.normalize("NFKC", value).lstrip(" \"'\u00a0")
    starts_formula = bare[:1] in {"=", "+", "-", "@", "\t", "\r", "\n", "\0"}
    return f"'{value}" if starts_formula else value


def filename(text: object, *, ending: str = "") -> str:
    """Return a file name that every system takes and that stays in its folder."""
    stem = unicodedata.normalize("NFKD", plain(text)).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-_").lower()[:60]
    if not stem or stem in _RESERVED:
        stem = f"glassroom-{stem}".rstrip("-")
    return stem + ending
