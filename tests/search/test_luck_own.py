"""Luck on a table that the learner brings: searched as scikit-learn does it, or refused with the reason."""

import numpy as np
import pytest
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.tree import DecisionTreeClassifier

from core.datasets import load_dataset, store_own_dataset
from core.errors import SpecError
from core.results import scalars_of
from core.search.luck import make_pools, own
from core.search.luck.lab import LAB, LuckSpec, name_slow_part, search_and_look
from core.search.luck.pools import K, deal_rows, draw_settings
from core.search.luck.stage import stage_json
from tests.take_home import compare, run_script

TARGET = str(load_dataset("breast_cancer").target)


def store(table, task="binary", target=TARGET):
    return store_own_dataset(table, title="mine <b>", target=target, task=task)


def mixed(n_rows):
    table = load_dataset("breast_cancer").table.head(n_rows).iloc[:, [0, 1, 2, -1]].copy()
    table = table.rename(columns={table.columns[0]: "x\"\\{0}'; <b>"})
    table.insert(0, "kind", np.where(np.arange(n_rows) % 3, "a", "b"))
    table.iloc[::20, 2] = np.nan
    return table


@pytest.fixture(scope="module")
def name(tmp_path_factory):
    judge = make_pools.judge_dealing
    few = {}

    def judge_three(name, dealing):
        # Two searches are trained with 4 settings; repeated, they have the shape of the pool.
        dealing, real = dealing % 2, dealing
        if dealing not in few:
            few[dealing] = judge(name, dealing, 4)
        rows = few[dealing].iloc[np.arange(100) % 4].reset_index(drop=True)
        return rows.assign(dealing=real, setting=np.arange(100))

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GLASSROOM_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setattr(make_pools, "judge_dealing", judge_three)
        yield store(mixed(260)).name


@pytest.fixture(autouse=True)
def home():
    """Keep the searches of this module: they are the same for all its tests."""


def test_an_own_table_is_judged_as_scikit_learn_judges_it(name):
    result = search_and_look(LuckSpec(data=name, n_trials=3))
    dealt = deal_rows(name, 0)
    assert (result.n_rows, result.n_untouched) == (100, 247 - 100)
    assert len(dealt.x) == 100
    assert dealt.x.shape[1] == 5  # three numbers, and a column for each of two words
    for setting, params in enumerate(draw_settings(0)[:3]):
        model = DecisionTreeClassifier(**params, random_state=0)
        folds = StratifiedKFold(K, shuffle=True, random_state=0)
        said = cross_val_score(model, dealt.x, dealt.y, cv=folds).mean()
        true = model.fit(dealt.x, dealt.y).score(dealt.x_test, dealt.y_test)
        row = result.settings.iloc[setting]
        assert (row["said"], row["true"]) == (pytest.approx(said), pytest.approx(true))


def test_the_program_of_an_own_table_says_the_numbers_of_the_page(name, tmp_path):
    spec = LuckSpec(data=name, n_trials=3)
    said = run_script(LAB.script(spec), tmp_path)
    needed = ("run_said", "run_true", "run_nested", "said", "true", "gap")
    compare(said, scalars_of(search_and_look(spec)), needed=needed)


def test_a_view_of_an_own_table_waits_for_its_job_and_then_has_its_picture(name):
    slow = name_slow_part(LuckSpec(data=name))
    assert slow.run is own.search_own_table
    assert slow.spec == own.OwnPoolSpec(data=name)
    assert name_slow_part(LuckSpec()) is None
    assert stage_json(search_and_look(LuckSpec(data=name)))


def test_what_cannot_be_searched_on_is_refused_with_the_reason(new_home):
    short = store(mixed(110))
    with pytest.raises(
        SpecError, match=r"need 120 rows without a gap in a number, and .* has 104\."
    ):
        LuckSpec(data=short.name)
    table = load_dataset("breast_cancer").table
    groups = [group for _, group in table.groupby(TARGET)]
    rare = store(table.loc[[*groups[0].index[:15], *groups[1].index[:200]]])
    with pytest.raises(SpecError, match=r"each class needs 10, and one of mine <b> gets 6\."):
        LuckSpec(data=rare.name)
    named = store(
        table.assign(name=[f"person {n % 150}" for n in range(len(table))])[["name", TARGET]]
    )
    with pytest.raises(SpecError, match=r"A column is made for each word, at most 100 in all"):
        LuckSpec(data=named.name)
    number = store(load_dataset("diabetes").table, task="regression", target="progression")
    with pytest.raises(SpecError, match=r"tell classes apart, and mine <b> is a regression table"):
        LuckSpec(data=number.name)
    with pytest.raises(SpecError, match=r"There is no table 'moon' here"):
        LuckSpec(data="moon")
