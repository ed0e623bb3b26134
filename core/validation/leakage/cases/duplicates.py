"""Scanned digits: every second one was saved twice, and copies fall on both sides of the split."""

import pandas as pd
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier


def draw(n_rows: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return scans, half of them saved twice, and other scans of the collection."""
    scans = load_digits(as_frame=True).frame.sample(frac=1, random_state=seed)
    table, later = scans.iloc[:n_rows], scans.iloc[n_rows:]
    twice = table.sample(frac=0.5, random_state=seed)
    return pd.concat([table, twice], ignore_index=True), later


def as_found(table: pd.DataFrame, later: pd.DataFrame, seed: int) -> tuple[float, float]:
    """Split the rows as they are."""
    # 1. Take the pixels and the digit apart
    pixels, digit = table.drop(columns="target"), table["target"]
    # 2. Split: 70 % training rows, 30 % test rows
    train, test, train_digit, test_digit = train_test_split(
        pixels, digit, test_size=0.3, random_state=seed
    )
    # 3. Take the nearest of the training rows
    model = KNeighborsClassifier(1).fit(train, train_digit)
    # 4. Report the accuracy on the test rows
    reported = model.score(test, test_digit)
    # In use: other scans
    in_use = model.score(later[pixels.columns], later["target"])
    return reported, in_use


def mended(table: pd.DataFrame, later: pd.DataFrame, seed: int) -> tuple[float, float]:
    """Remove the copies before the split."""
    # 1. Take the pixels and the digit apart
    pixels, digit = table.drop(columns="target"), table["target"]
    # 2. Keep each scan once, then split
    pixels = pixels.drop_duplicates()
    train, test, train_digit, test_digit = train_test_split(
        pixels, digit[pixels.index], test_size=0.3, random_state=seed
    )
    # 3. Take the nearest of the training rows
    model = KNeighborsClassifier(1).fit(train, train_digit)
    # 4. Report the accuracy on the test rows
    reported = model.score(test, test_digit)
    # In use: other scans
    in_use = model.score(later[pixels.columns], later["target"])
    return reported, in_use
