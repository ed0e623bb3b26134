"""Draw the figure of a read-the-chart item: by the function of core that the item names."""

import json
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, get_type_hints

from core.errors import SpecError
from core.practice.schema import Item

if TYPE_CHECKING:
    import plotly.graph_objects as go


def draw_picture(item: Item) -> "go.Figure":
    """Return the figure that `item` asks about; an item without one raises `LookupError`.

    The same figure is drawn once and kept. A function that is not annotated to return a figure raises
    `SpecError`.
    """
    if item.picture is None:
        message = f"{item.id} has no picture."
        raise LookupError(message)
    return _draw(item.picture.function, json.dumps(item.picture.args, sort_keys=True))


@lru_cache(maxsize=128)
def _draw(address: str, args: str) -> "go.Figure":
    import plotly.graph_objects as go
    from pydantic import validate_call

    module, name = address.split(":")
    function = getattr(import_module(module), name, None)
    if function is None or get_type_hints(function).get("return") is not go.Figure:
        message = (
            f"{address} draws no picture. It is a function of core that returns a Plotly figure."
        )
        raise SpecError(message)
    figure: go.Figure = validate_call(function)(**json.loads(args))
    return figure
