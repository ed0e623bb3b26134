"""Write the generated tables and their README anew: ``python -m core.datasets.generate``.

The files under ``datasets/`` come out byte for byte as they are committed; a test holds them to it.
"""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from core.datasets import churn, delivery_times, fraud, house_prices, segments
from core.datasets.generated import FOLDER, Sample, render_csv
from core.datasets.readme import render_readme

GENERATORS: Mapping[str, tuple[Callable[[], Sample], Mapping[str, int]]] = {
    "churn": (churn.make_churn, churn.DECIMALS),
    "fraud": (fraud.make_fraud, fraud.DECIMALS),
    "house_prices": (house_prices.make_house_prices, house_prices.DECIMALS),
    "delivery_times": (delivery_times.make_delivery_times, delivery_times.DECIMALS),
    "segments": (segments.make_segments, segments.DECIMALS),
}


def write_generated(folder: Path = FOLDER) -> tuple[Path, ...]:
    """Make every generated table and the README, write them to `folder`, return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, (make, decimals) in GENERATORS.items():
        path = folder / f"{name}.csv"
        path.write_bytes(render_csv(make().table, decimals))
        paths.append(path)
    readme = folder / "README.md"
    hashes = {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
    readme.write_text(render_readme(hashes), encoding="utf-8")
    return (*paths, readme)


if __name__ == "__main__":
    write_generated()
