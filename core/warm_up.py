"""Have the views that lessons open with ready before anybody asks: ``python -m core.warm_up``.

A process of its own trains them, because in the server it would hold up everybody who is there already.
What it trains is kept by `core.remember`, where the server finds it. It prints the name of each lab as
its view is ready.
"""

import logging
import os
from collections.abc import Iterator
from typing import Any

from core.errors import SpecError
from core.lab import Lab, find_labs, load_lab
from core.remember import use_one_thread

NICE = 10
logger = logging.getLogger(__name__)


def labs_to_warm_up() -> Iterator[Lab[Any, Any]]:
    """Yield the labs whose first view a page computes by itself, without a training that is watched."""
    for entry in find_labs():
        lab = load_lab(entry.name)
        if lab.slow_part is None or lab.slow_part(lab.spec()) is None:
            yield lab


def main() -> None:
    """Compute the first view of each lab, as far as it is not kept already."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    use_one_thread()
    for lab in labs_to_warm_up():
        try:
            lab.run(lab.spec())
        except (SpecError, OSError) as error:  # the page will say it to whoever opens it
            logger.warning("The first view of %s could not be made ready: %s", lab.name, error)
        else:
            print(lab.name, flush=True)  # noqa: T201  # this is how the server hears of it


if __name__ == "__main__":
    main()
