"""The fit counter as code to take home: scikit-learn, a counting model, and one CSV."""

from typing import TYPE_CHECKING

from core.script import Script

if TYPE_CHECKING:
    from core.validation.fits.lab import FitCountSpec


def write_script(spec: "FitCountSpec") -> Script:
    """Return the program that counts the fits of this view."""
    raise NotImplementedError
