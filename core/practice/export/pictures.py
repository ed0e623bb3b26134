"""The charts of questions as PNG, for formats that can hold a picture; drawn by the extra ``pictures``."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from threading import Lock

from cachetools import LRUCache, cached

from core.practice.export.choose import name_of
from core.practice.picture import draw_picture
from core.practice.schema import Item

WIDTH, HEIGHT, SCALE = 720, 440, 2
NO_PICTURES = (
    'as it takes the extra "pictures" to draw charts '
    '(pip install "glassroom[pictures]", with Chrome)'
)


def draw_pictures(items: Sequence[Item]) -> Mapping[str, bytes]:
    """Return the charts of `items` as PNG, by the id of the item and the seed of the variant.

    Empty where the package that draws them, or the browser that it draws with, is not installed.
    """
    if find_spec("kaleido") is None:
        return {}
    try:
        return {name_of(item): _draw(item) for item in items if item.picture}
    except RuntimeError:  # kaleido found no Chrome
        return {}


def picture_of(item: Item, pictures: Mapping[str, bytes]) -> bytes | None:
    """Return the chart of `item`, or None if it has none or it could not be drawn."""
    return pictures.get(name_of(item))


def without_pictures(items: Sequence[Item], pictures: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return the ids of the items about a chart that was not drawn."""
    return tuple(item.id for item in items if item.picture and name_of(item) not in pictures)


def name_picture(item: Item) -> str:
    """Return the name of the file of the chart, unique in an export."""
    return f"glassroom-{name_of(item)}.png"


def as_address(picture: bytes) -> str:
    """Return the chart as an address that holds it: ``data:image/png;base64,…``."""
    return f"data:image/png;base64,{b64encode(picture).decode()}"


@cached(cache=LRUCache(maxsize=64), key=name_of, lock=Lock())
def _draw(item: Item) -> bytes:
    picture: bytes = draw_picture(item).to_image("png", width=WIDTH, height=HEIGHT, scale=SCALE)
    return picture
