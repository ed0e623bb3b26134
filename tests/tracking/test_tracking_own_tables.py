"""The lessons on tracking take a learner's own table, whatever its columns and classes are called."""

import numpy as np
import pandas as pd
import pytest
from take_home import run_script

from core.datasets import store_own_dataset
from core.errors import SpecError
from core.results import scalars_of
from core.tracking.best_run.lab import LAB as BEST_RUN
from core.tracking.best_run.lab import name_slow_part as part_of_best_run
from core.tracking.champion.lab import ChampionSpec, follow_champion
from core.tracking.flavour.lab import FlavourSpec, name_slow_part, send_rows
from core.tracking.flavour.payloads import PAYLOADS
from core.tracking.flavour.words import payloads_of
from core.tracking.lost.lab import LAB as LOST
from core.tracking.lost.lab import name_slow_part as part_of_lost

QUIET = ("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")
LABS = {"lost": (LOST, {"n_runs": 4}), "best-run": (BEST_RUN, {"n_runs": 6})}


def make_table(n_rows=80):
    rng = np.random.default_rng(0)
    size = rng.normal(size=n_rows)
    table = pd.DataFrame(
        {
            'si"ze \\ 🙂': size,
            "kind'; DROP": rng.choice(["a'b", 'c"d', "é"], n_rows),
            "stays {yes}": np.where(size + rng.normal(size=n_rows) > 0, "ja, 'sure'", "no\\n"),
        }
    )
    table.loc[:5, 'si"ze \\ 🙂'] = np.nan
    return table


@pytest.fixture(scope="module")
def own(own_home):
    table = make_table()
    return store_own_dataset(table, title="Mine `x`", task="binary", target="stays {yes}").name


@pytest.mark.parametrize("name", LABS)
def test_an_own_table_is_trained_tracked_and_taken_home(own, name, tmp_path):
    lab, settings = LABS[name]
    spec = lab.spec(data=own, **settings)
    shown = scalars_of(lab.run(spec))
    assert shown["n_runs"] == settings["n_runs"]
    said = run_script(lab.script(spec), tmp_path, filters=QUIET)
    for fact in set(said) & {"best", "n_runs", "n_found", "best_score", "best_value"}:
        assert said[fact] == pytest.approx(shown[fact]), fact


@pytest.fixture(scope="module")
def wide(own_home):
    """A table with every kind of column, odd names and gaps among words and numbers."""
    rng = np.random.default_rng(1)
    table = make_table().assign(
        **{
            "n $x$": rng.integers(0, 9, 80),
            "flag": rng.random(80) > 0.5,
            "predict": rng.random(80).round(3),
            "when": pd.date_range("2024-01-01", periods=80).astype(str),
        }
    )
    table.loc[3:9, "kind'; DROP"] = None
    return store_own_dataset(table, title="Wide", task="binary", target="stays {yes}").name


def test_a_model_of_an_own_table_is_packed_and_asked_in_every_way(wide):
    result = send_rows(FlavourSpec(data=wide))
    assert result.n_columns == 6
    assert result.n_payloads == len(PAYLOADS), "it has columns for all of them"
    tries = result.tries.set_index(["payload", "way"])["outcome"]
    assert (tries["same"] == "same").all()
    assert (tries["missing"] == "refused").all()


def test_models_of_an_own_table_are_registered_and_served(wide):
    result = follow_champion(ChampionSpec(data=wide, challenger="tree"))
    assert (result.champion, result.served, result.is_behind) == (2, 1, True)
    assert result.n_test == 24


def test_a_table_of_words_alone_is_refused_where_numbers_are_to_be_sent(own_home):
    table = make_table().drop(columns='si"ze \\ 🙂').assign(other=["x", "y"] * 40)
    words = store_own_dataset(table, title="Words", task="binary", target="stays {yes}").name
    for payload, needed in (("whole", "decimal numbers"), ("text", "numbers")):
        spec = FlavourSpec(data=words, payload=payload)
        for ask in (send_rows, name_slow_part):
            with pytest.raises(
                SpecError, match=f"Words has no column of {needed}, so this cannot be sent"
            ):
                ask(spec)
        assert list(payloads_of(words, payload)) == [
            each for each in PAYLOADS if each in {"same", "order", "extra", "missing", payload}
        ]


@pytest.mark.parametrize("spec_type", [FlavourSpec, ChampionSpec])
def test_a_table_with_three_classes_is_refused_with_a_repair(own_home, spec_type):
    table = make_table().assign(**{"stays {yes}": ["p", "q", "r", "q"] * 20})
    three = store_own_dataset(table, title="Three", task="multiclass", target="stays {yes}").name
    with pytest.raises(SpecError, match=r"Three is a multiclass table\. Choose a table with"):
        spec_type(data=three)


def test_an_own_table_is_a_job_that_names_it(own):
    assert "Mine" in part_of_lost(LOST.spec(data=own)).what
    assert "Mine" in part_of_best_run(BEST_RUN.spec(data=own)).what


@pytest.mark.parametrize("name", LABS)
def test_a_table_that_cannot_serve_is_refused_with_a_repair(own_home, name):
    lab, _ = LABS[name]
    short = store_own_dataset(
        make_table(50), title="Short", task="binary", target="stays {yes}"
    ).name
    numbers = store_own_dataset(
        make_table().dropna(), title="Numbers", task="regression", target='si"ze \\ 🙂'
    ).name
    with pytest.raises(SpecError, match=r"at least 60 rows, and Short has 50\. Bring more rows"):
        lab.spec(data=short)
    with pytest.raises(SpecError, match=r"Numbers is a regression table\. Choose a table with"):
        lab.spec(data=numbers)
    with pytest.raises(SpecError, match="removed"):
        lab.spec(data="own-0000000000000000")


@pytest.mark.parametrize("name", LABS)
def test_an_own_table_with_hardly_any_rows_of_one_class_is_refused(own_home, name):
    lab, settings = LABS[name]
    table = make_table().assign(**{"stays {yes}": ["x"] * 78 + ["y"] * 2})
    rare = store_own_dataset(table, title="Rare", task="binary", target="stays {yes}").name
    with pytest.raises(SpecError, match="Each class needs at least 4 rows, and Rare has fewer"):
        lab.run(lab.spec(data=rare, **settings))
