"""One look for every figure, readable in light and in dark."""

import pytest

from core.charts import COLOURS, SEQUENCE, new_figure

GROUNDS = {"light": "#fbfaf7", "dark": "#15171a"}


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_of_contrast_is_the_standard_one():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("ground", GROUNDS.values(), ids=GROUNDS)
@pytest.mark.parametrize("colour", sorted({*COLOURS.values(), *SEQUENCE}))
def test_every_colour_can_be_seen_on_paper_and_in_the_dark(colour, ground):
    assert contrast(colour, ground) >= 3


def test_a_figure_names_its_axes_and_leaves_the_ground_to_the_theme():
    layout = new_figure(title="t", x_label="depth", y_label="error, minutes").layout
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("depth", "error, minutes")
    assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0,0,0,0)"


def test_the_numbers_of_the_ledger_can_be_read_on_the_palest_and_on_the_darkest_cell():
    from core.validation.fits.figures import INK_ON_CELLS, ORDER_SCALE

    assert min(contrast(INK_ON_CELLS, colour) for _, colour in ORDER_SCALE) >= 4.5
