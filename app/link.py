"""The link: the URL holds the whole state of a lesson.

The URL is the only record of a lesson's settings. On every run it is read and validated first; then the
controls are set from it; a control that is moved writes into it. So a reload, Back, Forward and a link
sent to a class all show the same picture, and a value out of range is explained instead of dropped
(Streamlit's own ``bind="query-params"`` drops it without a word).
"""

import dataclasses
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

import streamlit as st

from core.errors import SpecError
from core.specs import parse_setting, setting_to_text

SpecT = TypeVar("SpecT")

RESERVED = {"present", "beat", "hide", "embed", "embed_options"}
PREDICT = "predict"
"""Named in ``hide=…``, it opens the lesson without asking for a prediction."""


@dataclass(frozen=True)
class Link(Generic[SpecT]):
    """A lesson's settings as the URL holds them."""

    page: str
    spec: SpecT
    problems: tuple[str, ...]
    """What the URL asked for and cannot have, as sentences."""
    hidden: frozenset[str]
    """Controls that the sender of the link left out."""

    def key(self, name: str) -> str:
        """Return the widget key of a setting."""
        return f"{self.page}:{name}"

    def set(self, **settings: Any) -> None:
        """Write settings into the URL; one that has its default value needs no room there."""
        defaults = type(self.spec)()
        for name, value in settings.items():
            if value == getattr(defaults, name):
                st.query_params.pop(name, None)
            else:
                st.query_params[name] = setting_to_text(value)

    def clear(self) -> None:
        """Take every setting out of the URL: back to the defaults."""
        for field in dataclasses.fields(self.spec):  # type: ignore[arg-type]
            st.query_params.pop(field.name, None)

    def query(self, **extra: str) -> str:
        """Return the query string that brings somebody else to this view."""
        defaults = type(self.spec)()
        words = {
            field.name: setting_to_text(getattr(self.spec, field.name))
            for field in dataclasses.fields(self.spec)  # type: ignore[arg-type]
            if getattr(self.spec, field.name) != getattr(defaults, field.name)
        }
        return urlencode(words | extra)


def open_link(page: str, spec_type: type[SpecT]) -> Link[SpecT]:
    """Read the URL of this run into a spec; what cannot be had becomes a sentence and its default."""
    spec = spec_type()
    problems: list[str] = []
    names = {field.name for field in dataclasses.fields(spec_type)}  # type: ignore[arg-type]
    for name, text in st.query_params.items():
        if name in RESERVED:
            continue
        if name not in names:
            problems.append(f"The link sets “{name}”, which this lesson does not know.")
            continue
        try:
            value = parse_setting(spec_type, name, text)
            spec = dataclasses.replace(spec, **{name: value})  # type: ignore[type-var]
        except SpecError as error:
            problems.append(str(error))
    hidden = frozenset(part for part in st.query_params.get("hide", "").split(",") if part)
    return Link(page, spec, tuple(problems), hidden)
