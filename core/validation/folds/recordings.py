"""Voice recordings: forty people, six recordings each. A new person is not a new recording."""

from math import sqrt
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.datasets import Column, Dataset

N_PEOPLE, N_EACH = 40, 6
SEED = 20_260_401
SHIFT = 1.0
"""How far apart ill and well people lie on average, in the first measure, in standard deviations."""
WITHIN = 0.25
"""Standard deviation of one person's recordings around that person's own voice."""
MEASURES = {
    # mean and standard deviation between people, decimals, what it is, unit
    "pitch_wobble": (1.2, 0.3, 3, "how much the pitch trembles from wave to wave", "%"),
    "pitch": (160.0, 30.0, 1, "mean pitch of the voice", "Hz"),
    "loudness": (62.0, 5.0, 2, "mean loudness", "dB"),
    "loudness_wobble": (4.0, 0.8, 3, "how much the loudness trembles", "%"),
    "speed": (4.5, 0.6, 3, "speed of speaking", "syllables per second"),
    "pauses": (0.6, 0.12, 4, "mean length of a pause", "seconds"),
    "breathiness": (18.0, 3.0, 2, "share of breath noise", "%"),
    "brightness": (1400.0, 200.0, 0, "centre of the spectrum", "Hz"),
}


def draw_recordings(n_people: int, n_each: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw `n_people`, half of them ill, and `n_each` recordings of each, person after person.

    Each person has a voice of their own: one normal number per measure, and ill people lie `SHIFT`
    higher in the first. A recording is that voice plus a little noise (`WITHIN`).
    """
    is_ill = rng.permutation(np.arange(n_people) % 2 == 1)
    voices = rng.normal(size=(n_people, len(MEASURES)))
    voices[:, 0] += SHIFT * is_ill
    rows = np.repeat(voices, n_each, axis=0)
    rows += WITHIN * rng.normal(size=rows.shape)
    columns = {
        name: (mean + spread * rows[:, at]).round(decimals)
        for at, (name, (mean, spread, decimals, _, _)) in enumerate(MEASURES.items())
    }
    people = np.repeat([f"P{1 + person:02d}" for person in range(n_people)], n_each)
    health = np.where(np.repeat(is_ill, n_each), "ill", "well")
    return pd.DataFrame({"person": people, **columns, "health": health}).astype(
        {"person": "str", "health": "str"}
    )


def best_accuracy() -> float:
    """Return the accuracy on new people that no model can beat: one recording each.

    Both groups are normal with the same spread, so the best rule cuts halfway (the linear
    discriminant). Check by eye: without any shift it would be 0.5.
    """
    spread = sqrt(1 + WITHIN**2)
    return NormalDist().cdf(SHIFT / 2 / spread)


def known_health(table: pd.DataFrame) -> NDArray[np.float64]:
    """Return the true chance that each recording is of an ill person, given all its measures."""
    mean, spread, *_ = MEASURES["pitch_wobble"]
    x = (table["pitch_wobble"].to_numpy() - mean) / spread
    return np.asarray(1 / (1 + np.exp(-SHIFT * (x - SHIFT / 2) / (1 + WITHIN**2))))


def make_recordings() -> pd.DataFrame:
    """Return the lesson's table: 240 recordings of 40 people."""
    return draw_recordings(N_PEOPLE, N_EACH, np.random.default_rng(SEED))


def _read() -> tuple[pd.DataFrame, bytes]:
    table = make_recordings()
    return table, table.to_csv(index=False, lineterminator="\n").encode()


RECORDINGS = Dataset(
    name="recordings",
    title="Voice recordings",
    task="binary",
    target="health",
    positive="ill",
    row_noun=("recording", "recordings"),
    positive_noun=("recording of an ill person", "recordings of ill people"),
    negative_noun=("recording of a healthy person", "recordings of healthy people"),
    columns=(
        Column(name="person", meaning="whose voice it is; six recordings each", kind="truth"),
        *(
            Column(name=name, meaning=meaning, unit=unit)
            for name, (_, _, _, meaning, unit) in MEASURES.items()
        ),
        Column(name="health", meaning="ill or well", kind="target"),
    ),
    n_rows=N_PEOPLE * N_EACH,
    licence="as Glassroom itself",
    provenance=(
        "Made by a law of ours, because a known truth is what shows whether an estimate is honest. Real "
        "tables of voices have the same shape: a few dozen people, several recordings of each."
    ),
    is_real=False,
    truth=(
        "Each person has a voice of their own: eight independent normal numbers. Ill people lie one standard "
        "deviation higher in pitch_wobble; the other seven measures say nothing about health. The recordings "
        f"of one person differ by a quarter of a standard deviation. On a new person no model is right more "
        f"often than {100 * best_accuracy():.1f} % of the time."
    ),
    read=_read,
    know=lambda: known_health(make_recordings()),
)
