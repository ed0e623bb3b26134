"""Runs on feature tables: SQLite merges by key, pandas looks up, scikit-learn learns from what was found."""

from collections.abc import Sequence

import apsw
import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression

from core.practice.family import Values
from core.practice.proof import Facts


def merge_rows(n_before: int, n_written: int, n_new: int) -> Facts:
    """Merge rows into a table by its primary key, then append and overwrite for comparison.

    Facts, rows in the table: ``merged``, ``appended`` (to a table without a key), ``overwritten``.
    Check by eye: 3 rows, 2 written, 1 of them new: 4, 5, 2.
    """
    before = [(key, 0) for key in range(n_before)]
    written = [(key, 1) for key in range(n_before - n_written + n_new, n_before + n_new)]
    base = apsw.Connection(":memory:")
    base.execute("create table merged (key integer primary key, value integer)")
    base.execute("create table appended (key integer, value integer)")
    base.execute("create table overwritten (key integer primary key, value integer)")
    base.executemany("insert into merged values (?, ?)", before)
    base.executemany("insert into appended values (?, ?)", before)
    upsert = (
        "insert into merged values (?, ?) on conflict (key) do update set value = excluded.value"
    )
    base.executemany(upsert, written)
    base.executemany("insert into appended values (?, ?)", written)
    base.executemany("insert into overwritten values (?, ?)", written)
    return {
        "merged": _count(base, "select count(*) from merged"),
        "appended": _count(base, "select count(*) from appended"),
        "overwritten": _count(base, "select count(*) from overwritten"),
    }


def _count(base: apsw.Connection, query: str) -> int:
    return int(base.execute(query).get)


def draw_merge(rng: np.random.Generator) -> Values | None:
    """Draw a table of customers, how many rows are merged into it, and how many of these are new."""
    n_before = 1000 * int(rng.integers(2, 40))
    n_written = 10 * int(rng.integers(4, 60))
    n_new = int(rng.integers(1, 9)) * n_written // 10
    return {
        "n_before": n_before, "n_written": n_written, "n_new": n_new, "n_known": n_written - n_new,
        "merged": n_before + n_new, "appended": n_before + n_written,
    }  # fmt: skip


def merge_days(n_shops: int, n_days: int) -> Facts:
    """Merge a row for each shop and day under two primary keys.

    Facts, rows in the table: ``short`` (key: the shop), ``full`` (key: shop and day). Check by eye: 2 shops
    on 3 days give 2 and 6.
    """
    rows = [(shop, day, shop + day) for day in range(n_days) for shop in range(n_shops)]
    base = apsw.Connection(":memory:")
    base.execute("create table short (shop, day, sales, primary key (shop))")
    base.execute("create table whole (shop, day, sales, primary key (shop, day))")
    base.executemany("insert or replace into short values (?, ?, ?)", rows)
    base.executemany("insert or replace into whole values (?, ?, ?)", rows)
    return {
        "short": _count(base, "select count(*) from short"),
        "full": _count(base, "select count(*) from whole"),
    }


def draw_days(rng: np.random.Generator) -> Values | None:
    """Draw the number of shops and of days."""
    n_shops, n_days = int(rng.integers(8, 90)), int(rng.choice([7, 14, 28, 30, 31, 60, 90]))
    if abs(n_shops - n_days) < 2:
        return None
    return {"n_shops": n_shops, "n_days": n_days, "full": n_shops * n_days}


def look_up(days: Sequence[int], values: Sequence[int], asked: int) -> Facts:
    """Look a feature up that was written on `days`, for a training row of the day `asked`.

    Facts: ``known`` (the last value by then), ``latest`` (the last of all), ``next`` (the first
    afterwards). Check by eye: days 2 and 7, asked 5: the value of day 2.
    """
    row = pd.DataFrame({"day": [asked]})
    table = pd.DataFrame({"day": list(days), "value": list(values)})
    known = pd.merge_asof(row, table, on="day")["value"].iloc[0]
    following = pd.merge_asof(row, table, on="day", direction="forward")["value"].iloc[0]
    return {
        "known": float(known), "next": float(following), "latest": float(table["value"].iloc[-1]),
    }  # fmt: skip


def draw_look_up(rng: np.random.Generator) -> Values | None:
    """Draw four days with a value each, and a day between the second and the third."""
    days = sorted(int(day) for day in rng.choice(np.arange(1, 29), size=4, replace=False))
    values = [int(value) for value in rng.choice(np.arange(1, 60), size=4, replace=False)]
    if days[2] - days[1] < 3:
        return None
    # Nearer to the day after: who takes the nearest value takes one from the future.
    asked = days[2] - 1
    return {
        "days": days, "values": values, "asked": asked, "known": values[1], "after": values[2],
        "latest": values[3],
    }  # fmt: skip


def train_on_lookups(n_own: int, n_first: int, n_second: int) -> Facts:
    """Join rows with two feature tables by two keys, leave the keys out, and train on what is left.

    Facts: ``learnt`` (columns that the model learns from), ``with_keys``, ``looked_up`` (features of the
    tables alone), ``handed_over`` (columns that a row to be scored must have: without any one of them the
    lookup or the model fails). Check by eye: 1 own column, 2 and 3 features: 6, 8, 5, 3.
    """
    rng = np.random.default_rng(0)
    keys = ["customer", "shop"]
    own = [f"own_{at}" for at in range(n_own)]
    rows = pd.DataFrame({key: rng.integers(0, 20, 80) for key in keys})
    rows[own] = rng.normal(size=(80, n_own))
    rows["label"] = rng.normal(size=80)
    tables = {
        key: pd.DataFrame(rng.normal(size=(20, n)), columns=[f"{key}_{at}" for at in range(n)])
        .rename_axis(key)
        .reset_index()
        for key, n in (("customer", n_first), ("shop", n_second))
    }

    def join(given: pd.DataFrame) -> pd.DataFrame:
        for key, table in tables.items():
            given = given.merge(table, on=key)
        return given

    joined = join(rows)
    features = joined.drop(columns=[*keys, "label"])
    model = LinearRegression().fit(features, joined["label"])

    def can_be_scored(given: pd.DataFrame) -> bool:
        try:
            model.predict(join(given)[list(features.columns)])
        except KeyError:
            return False
        return True

    batch = rows.drop(columns="label")
    needed = [name for name in batch.columns if not can_be_scored(batch.drop(columns=name))]
    return {
        "learnt": int(model.n_features_in_),
        "with_keys": int(joined.shape[1] - 1),
        "looked_up": n_first + n_second,
        "handed_over": len(needed) if can_be_scored(batch) else None,
    }


def draw_lookups(rng: np.random.Generator) -> Values | None:
    """Draw how many columns the rows have of their own, and how many features two tables give."""
    n_own, n_first, n_second = (int(n) for n in rng.integers((1, 2, 2), (7, 12, 12)))
    if n_first == n_second or n_own == n_first + n_second:
        return None
    looked_up = n_first + n_second
    return {
        "n_own": n_own, "n_first": n_first, "n_second": n_second, "looked_up": looked_up,
        "learnt": n_own + looked_up, "with_keys": n_own + looked_up + 2, "handed_over": n_own + 2,
        "with_label": n_own + 3,
    }  # fmt: skip


def publish_latest(n_customers: int, n_rows: int) -> Facts:
    """Keep of a table with a time column the latest row of each customer.

    Facts: ``online`` (rows kept), ``offline`` (rows of the table). Check by eye: every customer is kept once.
    """
    rng = np.random.default_rng(0)
    others = rng.integers(0, n_customers, n_rows - n_customers)
    table = pd.DataFrame(
        {"customer": np.append(np.arange(n_customers), others), "time": rng.permutation(n_rows)}
    )
    latest = table.sort_values("time").drop_duplicates("customer", keep="last")
    return {"online": len(latest), "offline": len(table)}


def draw_publish(rng: np.random.Generator) -> Values | None:
    """Draw how many customers there are, and how many rows were written about them in all."""
    n_customers = 100 * int(rng.integers(3, 60))
    times = int(rng.integers(4, 25))
    n_rows = n_customers * times
    return {"n_customers": n_customers, "n_rows": n_rows, "times": times}
