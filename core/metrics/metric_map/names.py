"""Names and values of metrics as people read them."""

from math import floor, isinf, isnan, log10

from core.metrics.metric_map.cards import CARDS, SHORT_TITLES
from core.metrics.metric_map.trials import is_same
from core.wording import THIN, UNDEFINED, significant

INFINITE = "infinite"
MOST_DIGITS = 9
POWERS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
NOTHING = 1e-12
"""What remains of 0 after rounding errors, and after scikit-learn's clipping of probabilities."""
LARGE = 1e9
"""Larger numbers are written as a power of ten."""
NAMES_IN_SENTENCES = {
    "mcc": "Matthews' correlation",
    "brier": "the Brier score",
    "silhouette": "the silhouette",
    "calinski_harabasz": "Calinski–Harabasz",
    "ari": "ARI",
}


def say_value(value: float, digits: int = 3) -> str:
    """Return a value of any metric: "0.857", "−3.2", "1 759", "1.9 × 10¹⁴", "infinite"."""
    if isnan(value):
        return UNDEFINED
    if isinf(value):
        return INFINITE
    if abs(value) < NOTHING:
        return "0"
    if abs(value) >= LARGE:
        scaled = value / 10.0 ** floor(log10(abs(value)))
        text = f"{scaled:.1f}{THIN}×{THIN}10{power_of(value)}"
    elif 0 < abs(value) < 10.0 ** -(digits + 1):
        text = significant(value, 1)
    elif abs(value) < 1:
        text = f"{value:.{digits}f}"
    else:
        text = significant(value, digits + 1)
    text = text.replace("-", "−")
    return text.removeprefix("−") if not text.strip("−0.") else text


def power_of(value: float) -> str:
    """Return the power of ten of a value in raised figures: "¹⁴" for 1.9e14."""
    return str(floor(log10(abs(value)))).translate(POWERS)


def say_change(before: float, after: float) -> tuple[str, str]:
    """Return both values with as many digits as it takes to tell them apart."""
    texts = say_value(before), say_value(after)
    if is_same(before, after):
        return texts
    for digits in range(3, MOST_DIGITS):
        texts = say_value(before, digits), say_value(after, digits)
        if texts[0] != texts[1]:
            break
    return texts


def say_range(low: float, high: float) -> str:
    """Return a range in words: "0 to 1", "0 and up", "up to 1"."""
    low_text, high_text = (f"{end:g}".replace("-", "−") for end in (low, high))
    if isinf(high):
        return f"{low_text} and up"
    return f"up to {high_text}" if isinf(low) else f"{low_text} to {high_text}"


def join(words: list[str]) -> str:
    """Return an enumeration: "recall, specificity and F1"."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def name_metric(metric: str) -> str:
    """Return the name of a metric inside a sentence: names of people and abbreviations stay capital."""
    title = CARDS[metric].title
    is_name = title[1:2].isupper() or title.startswith(("F1", "R²", "MedAE", "Davies", "Calinski"))
    return NAMES_IN_SENTENCES.get(metric, title if is_name else title[0].lower() + title[1:])


def short_title(metric: str) -> str:
    """Return a name that fits under a column of a chart on a phone."""
    return SHORT_TITLES.get(metric, CARDS[metric].title)
