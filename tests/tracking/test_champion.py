"""The lesson on the registry: what MLflow's own client says, and who answers, is held to the models alone."""

import pytest

from core.errors import SpecError
from core.metrics.which_metric.resample import draw_weights
from core.tracking.candidates import TableSpec, chance, deal_rows, train
from core.tracking.champion import live
from core.tracking.champion.figures import plot_story
from core.tracking.champion.lab import ChampionSpec, follow_champion, name_slow_part
from core.tracking.champion.play import MOMENTS, NAME, open_registry, play_promotion
from core.tracking.champion.words import (
    ACTS,
    OPTIONS,
    REASONS,
    SHORT,
    WHY,
    find_answer,
    gain_formula,
    list_calls,
    list_refusals,
    list_story,
    tabulate_addresses,
    tabulate_story,
    tabulate_versions,
    tell_addresses,
    tell_answer,
    tell_asked,
    tell_duel,
    tell_row,
    tell_stages,
    tell_story,
    tell_why,
)
from core.tracking.serving import Reply, Server


def look(**settings):
    return follow_champion(ChampionSpec(**settings))


@pytest.fixture(scope="module")
def table():
    return TableSpec()


def test_moving_the_alias_does_not_change_the_running_server():
    before, after, anew = (look(moment=moment) for moment in (5, 6, 7))
    assert (before.champion, before.served, before.is_behind) == (1, 1, False)
    assert (after.champion, after.loaded, after.served, after.is_behind) == (2, 2, 1, True)
    assert (anew.champion, anew.served, anew.is_behind) == (2, 2, False)


def test_to_register_a_model_starts_nothing():
    result = look(moment=2)
    assert (result.n_versions, result.champion, result.served, result.status) == (
        1,
        None,
        None,
        None,
    )
    assert find_answer(result) == "nobody"


def test_a_rollback_moves_the_alias_back_and_needs_a_new_start():
    moved, anew = look(moment=8), look(moment=9)
    assert (moved.champion, moved.served, anew.champion, anew.served) == (1, 2, 1, 1)
    assert anew.n_versions == 2  # nothing was trained, nothing is gone


def test_who_answers_is_who_would_answer_without_mlflow(table):
    from core.datasets import load_dataset

    rows = deal_rows(load_dataset("churn"), 0)
    own = [chance(train(table, kind), rows.test) for kind in ("logistic", "forest")]
    row = max(range(len(rows.test)), key=lambda place: abs(own[0][place] - own[1][place]))
    assert play_promotion(ChampionSpec().play).row == row
    moments = look().moments.set_index("moment")
    for moment, version in ((4, 1), (5, 1), (6, 1), (7, 2), (8, 2), (9, 1)):
        assert moments.loc[moment, "served_answer"] == pytest.approx(own[version - 1][row])
        assert moments.loc[moment, "status"] == 200
    for moment, version in ((3, 1), (6, 2), (8, 1)):
        assert moments.loc[moment, "loaded_answer"] == pytest.approx(own[version - 1][row])
    assert moments.loc[[1, 2, 3], "served_answer"].isna().all()


def test_the_registry_says_the_same_to_a_client_of_mlflow():
    import mlflow

    shop = open_registry(ChampionSpec().play)
    client = mlflow.MlflowClient(tracking_uri=shop.uri, registry_uri=shop.uri)
    assert client.get_registered_model(NAME).aliases == {"champion": 1}
    versions = client.search_model_versions(f"name = '{NAME}'")
    assert sorted(int(version.version) for version in versions) == [1, 2]
    assert len({version.run_id for version in versions}) == 2  # each from a run of its own
    assert {version.current_stage for version in versions} == {"None"}


def test_the_server_is_behind_right_after_each_move_and_at_no_other_moment():
    behind = [look(moment=moment).is_behind for moment in range(1, len(MOMENTS) + 1)]
    assert [place for place, is_so in enumerate(behind, 1) if is_so] == [6, 8]
    assert look().n_behind == 2


def test_the_gain_is_the_difference_of_two_areas_and_its_interval_is_that_of_resampled_rows(table):
    from sklearn.metrics import roc_auc_score

    result, play = look(), play_promotion(ChampionSpec().play)
    truth = play.chances["is_sought"].to_numpy()
    areas = [roc_auc_score(truth, play.chances[name]) for name in ("first", "second")]
    assert (result.auc_first, result.auc_second) == pytest.approx(areas)
    assert result.gain == pytest.approx(areas[1] - areas[0])
    gains = []
    for weights in draw_weights(len(truth))[:40]:  # the library's own count, sample by sample
        both = [
            roc_auc_score(truth, play.chances[name], sample_weight=weights)
            for name in ("first", "second")
        ]
        gains.append(both[1] - both[0])
    assert result.gain_low < sorted(gains)[len(gains) // 2] < result.gain_high
    inside = sum(result.gain_low <= gain <= result.gain_high for gain in gains)
    assert inside >= 35  # 95 % of 40, give or take
    halves = [play.chances[name] >= 0.5 for name in ("first", "second")]
    assert result.n_disagree == int((halves[0] ^ halves[1]).sum())


def test_an_alias_stands_behind_at_and_a_number_behind_a_slash():
    result = look()
    said = dict(zip(result.addresses["address"], result.addresses["is_refused"], strict=True))
    assert {address.removeprefix("models:/keeper") for address in said} == set(REASONS)
    refused = {address.removeprefix("models:/keeper") for address, is_so in said.items() if is_so}
    assert refused == {"", "@nobody", "/9", "/champion"}
    assert "alias nobody not found" in list_refusals(result)
    assert "stage: champion" in list_refusals(result)


def test_a_status_is_not_a_stage():
    result = look()
    assert (result.stage_before, result.stage_after, result.version_status) == (
        "None", "Production", "READY",
    )  # fmt: skip
    assert "deprecated since 2.9.0" in result.warning
    assert "READY" in tell_stages(result)


@pytest.mark.parametrize("moment", range(1, len(MOMENTS) + 1))
def test_words_tables_and_pictures_say_what_happened(moment):
    result = look(moment=moment)
    assert find_answer(result) in OPTIONS
    assert set(SHORT) == set(ACTS) == set(WHY) == set(MOMENTS)
    assert len(list_story(result)) == moment == len(tabulate_story(result))
    if result.champion is not None:
        assert f"champion is version {result.champion}" in tell_answer(result)
    if result.served_answer is not None:
        assert f"{result.served_answer:.3f}" in tell_row(result)
    else:
        assert "nobody" in tell_row(result) or result.champion
    assert tell_why(result)
    assert len(list_calls(result).splitlines()) >= moment
    figure = plot_story(result)
    assert len(figure.layout.title.text) < 44
    assert len(figure.data[0].x) == moment


def test_words_about_the_duel_and_the_addresses_hold_the_numbers():
    result = look()
    assert "The interval holds 0" in tell_duel(result)
    assert f"{result.auc_second:.3f}" in tell_duel(result)
    assert gain_formula(result).value == f"{result.gain:+.4f}".replace("-", "−")
    assert "refuses 4" in tell_addresses(result)
    assert "2 of 9 moments" in tell_story(result)
    assert tabulate_versions(result)["Version"].tolist() == ["version 1", "version 2"]
    assert (tabulate_addresses(result)["MLflow"] == "error").sum() == result.n_refused


def test_a_real_request_is_told_with_the_version_that_answers(monkeypatch):
    play = ChampionSpec().play
    server = Server(
        kind="model", target="", address="http://127.0.0.1:1", state="ready", seconds=1.0
    )
    from core.tracking.answering import answering
    from core.tracking.models import load_function

    live.move_champion(play, 2)
    assert live.read_champion(play) == 2
    with answering(
        load_function(f"models:/{NAME}@champion", store=open_registry(play).uri)
    ) as real:
        server = Server(**(vars(server) | {"address": real.address}))
        good = live.ask_champion(server, play)
        bad = live.ask_champion(server, play, is_whole=False)
    live.move_champion(play, 1)
    assert (good.reply.status, good.version) == (200, 2)
    assert f"version 2 answers {good.answer:.3f}" in tell_asked(good)
    assert (bad.reply.status, bad.version) == (400, None)
    assert "refuses" in tell_asked(bad)
    assert "missing inputs" in bad.reply.words
    assert Reply(status=500, body="broken", ms=1.0).words == "broken"


def test_another_table_and_challenger_are_promoted_and_served_too():
    result = look(data="breast_cancer", challenger="neighbours", moment=7)
    assert (result.champion, result.served) == (2, 2)


def test_what_cannot_work_is_refused_with_a_repair():
    with pytest.raises(SpecError, match=r"forest, tree or neighbours, got 'net'\. Choose one"):
        ChampionSpec(challenger="net")
    with pytest.raises(SpecError, match="moments 1 to 9, got 10"):
        ChampionSpec(moment=10)
    with pytest.raises(SpecError, match="A seed is a whole number"):
        ChampionSpec(seed=-1)
    with pytest.raises(SpecError, match="part two classes"):
        ChampionSpec(data="diabetes")


def test_only_another_training_is_a_job():
    assert name_slow_part(ChampionSpec(moment=2)) is None
    slow = name_slow_part(ChampionSpec(challenger="tree"))
    assert slow is not None
    assert slow.run is play_promotion
