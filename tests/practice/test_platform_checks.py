"""The rules of a platform, played with open tools: each against a value that can be counted by hand."""

import numpy as np
import pytest

from core.practice.bank import load_families
from core.practice.exam.blueprint import entries_about, load_blueprints
from core.practice.platform import feature_tables, serving
from core.tracking.registry_checks import tag_model


def test_a_merge_updates_known_keys_and_adds_new_ones() -> None:
    # Keys 1 to 10; written are 9, 10, 11, 12, 13.
    assert feature_tables.merge_rows(10, 5, 3) == {"merged": 13, "appended": 15, "overwritten": 5}


def test_without_the_day_in_its_key_a_table_keeps_only_the_last_day() -> None:
    assert feature_tables.merge_days(3, 7) == {"short": 3, "full": 21}


def test_a_lookup_in_time_never_sees_a_later_value() -> None:
    days, values = [3, 8, 20, 25], [10, 11, 12, 13]
    for asked in range(4, 25):
        known = [value for day, value in zip(days, values, strict=True) if day <= asked][-1]
        facts = feature_tables.look_up(days, values, asked)
        assert facts["known"] == known
        assert facts["latest"] == 13


def test_a_model_learns_from_its_own_columns_and_from_what_was_looked_up() -> None:
    facts = feature_tables.train_on_lookups(n_own=2, n_first=3, n_second=4)
    assert facts == {"learnt": 9, "with_keys": 11, "looked_up": 7, "handed_over": 4}


def test_an_online_table_holds_one_row_for_each_key() -> None:
    assert feature_tables.publish_latest(17, 200) == {"online": 17, "offline": 200}


@pytest.mark.parametrize(("n_rows", "calls", "full"), [(8, 2, 2), (9, 3, 2), (3, 1, 0)])
def test_every_row_is_scored_also_in_the_last_chunk(n_rows: int, calls: int, full: int) -> None:
    facts = serving.predict_in_chunks(n_rows, 4)
    assert facts == {"calls": calls, "full_chunks": full, "scored": n_rows}


def test_a_small_share_of_the_traffic_takes_long_to_judge() -> None:
    facts = serving.wait_for_challenger(percent=20, per_hour=500, n_wanted=1000)
    assert facts == {"hours": 10, "hours_of_current": 2.5, "hours_of_all": 2}


def test_a_reading_waits_for_the_next_start_and_for_the_run() -> None:
    rng = np.random.default_rng(0)
    facts = serving.score_in_triggers(30, 4)
    # Independently, one reading after the other, at times of any kind.
    waits = [30 * (at // 30 + 1) + 4 - at for at in rng.uniform(0, 150, 2000)]
    assert facts["longest"] == 34 >= max(waits)
    assert facts["shortest"] == pytest.approx(4, abs=0.3)
    assert min(waits) >= 4


def test_a_nightly_score_knows_of_a_complaint_only_after_the_next_night() -> None:
    assert serving.wait_for_the_night(22, 40)["until_scored"] == 4 * 60 + 40
    assert serving.wait_for_the_night(1, 40)["until_scored"] == 60 + 40
    assert serving.wait_for_the_night(2, 40)["until_scored"] == 24 * 60 + 40


def test_a_scoring_server_refuses_a_body_that_does_not_say_how_to_read_it() -> None:
    facts = serving.read_bodies()
    assert (facts["n_split"], facts["n_records"]) == (2, 2)
    assert (facts["understands_rows"], facts["understands_flats"]) == (0, 0)


def test_a_version_does_not_inherit_the_tags_of_its_model() -> None:
    assert tag_model() == {"of_model": 2, "of_version": 1, "of_both": 3}


def test_every_objective_of_the_exam_guide_has_two_questions_or_more() -> None:
    for blueprint in load_blueprints().values():
        for domain in blueprint.domains:
            for objective in domain.objectives:
                assert len(entries_about(objective)) >= 2, objective.id


def test_the_bank_holds_at_least_160_families() -> None:
    assert len(load_families()) >= 160
