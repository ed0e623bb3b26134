"""Mistakes of a classifier taken apart: what most fits say, and how often a fit says something else."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import require


@dataclass(frozen=True)
class VoteTerms:
    """The parts of an expected 0–1 loss, as shares of the rows.

    ``error = noise_part + bias + variance_harms − variance_helps``, exactly.
    """

    noise_part: float
    """What noise adds: a model's right answers called wrong, less its wrong ones called right."""
    bias: float
    """Share of the rows where the main prediction is not the best class."""
    variance: float
    """Share of the predictions that differ from the main prediction of their row."""
    variance_harms: float
    """The part of it on rows whose main prediction is right: each deviation is a mistake."""
    variance_helps: float
    """Deviations on rows whose main prediction is wrong, towards the best class: each saves a mistake."""
    error: float
    error_se: float
    """Monte-Carlo standard error over the samples."""


def find_main_predictions(predictions: NDArray[np.int64], n_classes: int) -> NDArray[np.int64]:
    """Return the most frequent class at each place; of a tie the smallest number, as mlxtend does."""
    votes = np.stack([(predictions == label).sum(axis=0) for label in range(n_classes)])
    main: NDArray[np.int64] = votes.argmax(axis=0)
    return main


def take_votes_apart(
    predictions: NDArray[np.int64], best: NDArray[np.int64], *, noise: float = 0.0
) -> VoteTerms:
    """Answer "does this classifier err because most of its fits agree on the wrong class, or by chance?".

    Source: P. Domingos: A unified bias-variance decomposition, ICML 2000. Variance does harm where the
    main prediction is right and does good where it is wrong, so the parts do not just add up.
    Check by eye: fits that all agree have no variance, and their error is bias alone.

    Parameters
    ----------
    predictions
        Samples × places: classes, numbered from 0.
    best
        The class that an ideal model says at each place. With a table of unknown truth these are the labels
        themselves; then `bias` holds the noise too.
    noise
        Probability that the label of a row is not its best class; two classes only.
    """
    n_samples = len(predictions)
    require(n_samples >= 2, f"Variance needs at least 2 samples, got {n_samples}. Draw more.")
    n_classes = int(max(predictions.max(), best.max())) + 1
    require(
        noise == 0 or n_classes <= 2,
        f"Noise as a term of its own is known for two classes only, and there are {n_classes}. "
        "Leave it at 0.",
    )
    main = find_main_predictions(predictions, n_classes)
    is_right, deviates, hits = main == best, predictions != main, predictions == best
    loss = noise + (1 - 2 * noise) * (~hits).mean(axis=1)
    return VoteTerms(
        # A wrong label turns a hit into a mistake and a mistake into a hit.
        noise_part=float(noise * (2 * hits.mean() - 1)),
        bias=float((~is_right).mean()),
        variance=float(deviates.mean()),
        variance_harms=float((deviates & is_right).mean()),
        variance_helps=float((hits & ~is_right).mean()),
        error=float(loss.mean()),
        error_se=float(loss.std(ddof=1) / n_samples**0.5),
    )
