"""The benchmarks measure what they say: each smallest setting runs, and its clock and counts are true."""

import asyncio
import json
import re
import socket
import sys

import numpy as np
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from streamlit.proto.BackMsg_pb2 import BackMsg

from benchmarks import __main__ as command_line
from benchmarks import (
    appends,
    automl,
    beside_searches,
    cancels,
    class_load,
    class_soak,
    cold_start,
    drag,
    exam_load,
    queued_jobs,
    resamples,
    server,
    study_files,
    sweep,
    websocket_load,
)
from benchmarks.browser import STAGE, VIEWPORT, chromium
from benchmarks.learner import Learner, Run
from benchmarks.report import Report, in_words, machine_load, pace_ms, percentile, write
from core.bias_variance.fitting import predict_resamples
from core.datasets import load_dataset
from core.jobs.pool import count_cores
from core.metrics.confusion import sweep_confusion
from core.store import StoreError

# One server serves them all, so they stay on one worker.
pytestmark = pytest.mark.xdist_group("benchmarks")


def rows_of(report: Report, measure) -> dict[str, list[dict]]:
    """Return the tables of a report after a look at what every report owes its reader."""
    documented = set(re.findall(r"``(\w+)``", measure.__doc__))
    for title, rows in report.tables.items():
        assert rows, f"{title} is empty"
        assert title in documented
        for row in rows:
            assert set(row) == set(rows[0]) <= documented
            assert 0 <= row["load"] < 1000
    assert report.goal in in_words(report)
    return {title: list(rows) for title, rows in report.tables.items()}


@pytest.fixture(scope="module")
def tuned_server(tmp_path_factory):
    with server.tuned(tmp_path_factory.mktemp("home")) as running:
        yield running


# ---------------------------------------------------------------- reports


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60), st.integers(1, 100))
def test_a_percentile_is_a_measured_value_and_numpys_inverted_cdf(values, percent):
    found = percentile(values, percent)
    assert found in values
    # NumPy divides before it rounds up; one rank more or less would be a different value.
    expected = np.percentile(values, percent, method="inverted_cdf")
    assert found == expected


def test_the_95th_percentile_of_1_to_20_is_19_and_of_nothing_is_nothing():
    assert percentile(range(1, 21), 95) == 19
    assert percentile([], 95) is None


def test_a_report_is_printed_in_columns_and_kept_as_the_same_numbers(tmp_path):
    rows = [{"server": "tuned", "ms": 1.5, "n": 12000}, {"server": "default", "ms": None, "n": 7}]
    report = Report(name="trial", question="?", goal="fast", tables={"runs": rows}, notes=["so"])
    lines = in_words(report).splitlines()
    assert [line.split() for line in lines[3:7]] == [
        ["runs"], ["server", "ms", "n"], ["tuned", "1.5", "12,000"], ["default", "–", "7"],
    ]  # fmt: skip
    assert len({len(line) for line in lines[4:7]}) == 1
    kept = json.loads(write(report, tmp_path).read_text(encoding="utf-8"))
    assert kept["tables"] == {"runs": rows}
    assert [path.name for path in tmp_path.iterdir()] == ["trial.json"]


def test_the_load_is_that_of_the_machine():
    assert machine_load() == pytest.approx(psutil.getloadavg()[0], abs=0.5)


def test_the_pace_of_the_machine_is_measured_and_said():
    assert 1 < pace_ms() < 10_000
    report = Report(name="trial", question="?", goal="fast", tables={}, pace_ms=(28.0, 53.5))
    assert "A fixed piece of Python took 28 and 53.5 ms before and after." in in_words(report)


def test_a_name_that_is_no_benchmark_is_refused_with_those_that_are(capsys):
    with pytest.raises(SystemExit, match="2"):
        command_line.main(["swep"])
    said = capsys.readouterr().err
    assert "swep" in said
    assert all(name in said for name in command_line.NAMES)


# ---------------------------------------------------------------- without a server


def test_the_sweep_counts_as_scikit_learn_does_and_says_how_much_faster():
    report = sweep.measure(n_rows=5_000, n_thresholds=64, n_calls=3)
    (row,) = rows_of(report, sweep.measure)["sweep"]
    assert (row["rows"], row["thresholds"], row["calls"]) == (5_000, 64, 3)
    assert (row["counts_differing"], row["scores_differing"]) == (0, 0)
    assert row["ratio"] > 1


@pytest.mark.parametrize(
    ("column", "found"), [("tp", "counts_differing"), ("recall", "scores_differing")]
)
def test_the_sweep_notices_one_wrong_number(monkeypatch, column, found):
    def wrong(*arguments):
        table = sweep_confusion(*arguments)
        table.loc[0, column] = table.loc[0, column] - 1
        return table

    monkeypatch.setattr(sweep, "sweep_confusion", wrong)
    (row,) = sweep.measure(n_rows=500, n_thresholds=16, n_calls=2).tables["sweep"]
    assert row[found] > 0


def test_the_sweep_notices_when_scikit_learn_once_counts_otherwise(monkeypatch):
    ask = sweep._ask_sklearn
    monkeypatch.setattr(sweep, "_ask_sklearn", lambda *arguments: ask(*arguments) + 1)
    (row,) = sweep.measure(n_rows=500, n_thresholds=16, n_calls=2).tables["sweep"]
    assert row["counts_differing"] == 8


def test_scikit_learn_at_once_and_one_by_one_agree_also_above_the_highest_score():
    positive, score, _ = sweep._draw(400, 2)
    thresholds = np.array([0.0, 0.1, 0.5, 2.0])
    at_once = sweep._ask_sklearn_at_once(positive, score, thresholds)
    for place, threshold in enumerate(thresholds):
        expected = sweep._ask_sklearn(positive, score, threshold)
        assert at_once[:, place].tolist() == expected.tolist()


def test_resamples_give_the_numbers_of_mlxtend_whoever_fits_them():
    report = resamples.measure(n_rounds=8, repeats=1)
    tables = rows_of(report, resamples.measure)
    assert [row["model"] for row in tables["linear"]] == ["polynomial", "ridge", "neighbours"]
    assert [row["way"] for row in tables["trees"]][-1] == "mlxtend"
    for rows in tables.values():
        assert all(row["differing"] == 0 and row["rounds"] == 8 for row in rows)


def test_resamples_notice_one_wrong_number(monkeypatch):
    def wrong(*arguments, **settings):
        said = predict_resamples(*arguments, **settings)
        said[0, 0] += 1
        return said

    monkeypatch.setattr(resamples, "predict_resamples", wrong)
    (row, *_) = resamples.measure(n_rounds=4, repeats=1).tables["linear"]
    assert row["differing"] > 0


def test_every_append_of_the_benchmark_is_acknowledged_and_found(monkeypatch, tmp_path):
    monkeypatch.setattr(appends, "OUT", tmp_path)
    report = appends.measure(n_writers=(3, 20), rounds=2)
    rows = rows_of(report, appends.measure)["appends"]
    assert [(row["writers"], row["found"], row["failed"]) for row in rows] == [
        (3, 3, 0), (3, 3, 0), (20, 20, 0), (20, 20, 0),
    ]  # fmt: skip
    assert all(row["p50_ms"] <= row["p95_ms"] <= row["max_ms"] for row in rows)
    assert list(tmp_path.iterdir()) == []


class FullDisk:
    """A store that loses every second answer."""

    def __init__(self):
        self.kept = set()

    def append(self, *, learner, **_event):
        if int(learner.removeprefix("learner-")) % 2:
            message = "no room"
            raise StoreError(message)
        self.kept.add(learner)

    def latest(self, learner, _kind, _subject):
        return learner if learner in self.kept else None


def test_an_append_that_fails_is_counted_and_not_timed():
    row = appends._submit(FullDisk(), 10, 1)
    assert (row["writers"], row["failed"], row["found"]) == (10, 5, 5)
    assert row["max_ms"] is not None


# ---------------------------------------------------------------- with servers


def test_the_default_server_undoes_every_setting_that_costs_time():
    flags = server.default_flags()
    assert {"--runner.postScriptGC=true", "--server.fileWatcherType=auto"} <= set(flags)
    assert not [flag for flag in flags if "gatherUsageStats" in flag or "theme" in flag]


SERVER_WITH_A_WORKER = """
import http.server, subprocess, sys
class Well(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *words):
        pass
deaf = "from signal import *; signal(SIGTERM, SIG_IGN); print(1, flush=True); pause()"
worker = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE)
worker.stdout.readline()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Well).serve_forever()
"""


def test_a_server_and_what_it_started_are_gone_once_they_are_measured():
    port = server.free_port()
    command = [sys.executable, "-c", SERVER_WITH_A_WORKER, str(port)]
    with server.running("tuned", command, {}, port) as running:
        processes = [running.process, *running.process.children()]
        assert len(processes) == 2
        assert running.started < running.healthy
        assert running.cpu_ms() > 0
        assert running.rss_mb() > 5
    gone, alive = psutil.wait_procs(processes, timeout=5)
    assert (len(gone), alive) == (2, [])
    with socket.socket() as probe:
        # Closed connections may linger in the kernel; what counts is that nobody listens.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def test_a_server_that_ends_at_once_is_reported_with_its_own_words(monkeypatch):
    command = [sys.executable, "-c", "import sys; sys.exit('no room for me')"]
    with (
        pytest.raises(RuntimeError, match="ended before it was ready: no room for me"),
        server.running("tuned", command, {}, server.free_port()),
    ):
        pass


def test_a_learner_releases_the_handle_and_the_url_and_the_picture_follow(tuned_server):
    async def learn() -> tuple[Run, Run, Run, str, list[float]]:
        learner = Learner(tuned_server.port)
        opened = await learner.open()
        released = await learner.release(learner.thresholds[40])
        page = await learner.rerun_page()
        query = learner._query
        await learner.close()
        return opened, released, page, query, learner.thresholds

    opened, released, page, query, thresholds = asyncio.run(learn())
    assert thresholds == sorted(thresholds)
    assert query == f"hide=predict&threshold={thresholds[40]:g}"
    assert opened.bytes_of["glassroom_stage"] > 0
    assert released.bytes_of["navigation"] == 0  # a fragment, not the page
    assert page.bytes_of["navigation"] > 0
    assert page.n_bytes == sum(page.bytes_of.values()) < opened.n_bytes
    assert min(opened.seconds, released.seconds, page.seconds) > 0


def test_f4_every_press_of_a_class_is_answered_and_on_the_disk_after_a_kill():
    report = class_load.measure(sessions=(6,), connect_within=1.0)
    (row,) = rows_of(report, class_load.measure)["class"]
    assert row["people"] == row["connected"] == row["answered"] == row["stored"] == 6
    assert 0 < row["p50_ms"] <= row["p95_ms"] <= row["max_ms"]
    assert row["connecting_s"] >= 0.8


def test_every_answer_of_a_class_in_an_exam_is_kept_and_on_the_disk_after_a_kill():
    report = exam_load.measure(sessions=(6,), connect_within=1.0)
    (row,) = rows_of(report, exam_load.measure)["exam"]
    assert row["people"] == row["connected"] == row["answered"] == row["stored"] == 6
    assert 0 < row["p50_ms"] <= row["p95_ms"] <= row["max_ms"]
    assert row["kb"] > 0


@pytest.mark.full
def test_three_hundred_answers_of_an_exam_within_a_second_are_all_kept(record_property):
    (row,) = rows_of(exam_load.measure(sessions=(300,)), exam_load.measure)["exam"]
    record_property("answers stored", row["stored"])
    record_property("slowest answer s", row["max_ms"] / 1000)
    assert row["connected"] == row["answered"] == row["stored"] == 300


@pytest.mark.full
def test_f38_f39_three_hundred_people_connect_and_press_within_a_second(record_property):
    report = class_load.measure(sessions=(300,))
    (row,) = rows_of(report, class_load.measure)["class"]
    record_property("people", row["connected"])
    record_property("presses stored", row["stored"])
    record_property("slowest press s", row["max_ms"] / 1000)
    assert row["connected"] == row["answered"] == row["stored"] == 300


def test_f42_a_soak_reads_the_memory_and_every_press_is_on_the_disk():
    """The short form is too short to judge the memory; it shows that what is counted is so."""
    report = class_soak.measure(minutes=0.25, sessions=6, connect_within=1.0, rows=4)
    tables = rows_of(report, class_soak.measure)
    assert [row["minute"] for row in tables["memory"]] == [0.06, 0.12, 0.19, 0.25]
    assert all(row["rss_mb"] > 50 for row in tables["memory"])
    (growth,) = tables["growth"]
    assert growth["failed"] == 0
    assert growth["stored"] == growth["presses"] > 0


@pytest.mark.full
def test_f42_twenty_minutes_of_three_hundred_people_leave_the_memory_bounded(record_property):
    (growth,) = rows_of(class_soak.measure(), class_soak.measure)["growth"]
    record_property("minutes of a soak", growth["minutes"])
    record_property("growth percent", growth["growth_percent"])
    assert growth["failed"] == 0
    assert growth["stored"] == growth["presses"]
    assert growth["growth_percent"] < class_soak.MAX_GROWTH_PERCENT


N_RELEASES = 4
"""Enough to see a held message expire."""


def _sent_by_chromium(address: str) -> list[BackMsg]:
    """Return what a browser sends for a lesson that is opened and whose handle is released a few times."""
    requests: list[BackMsg] = []

    def keep(payload: bytes) -> None:
        request = BackMsg()
        request.ParseFromString(payload)
        requests.append(request)

    with chromium() as browser:
        page = browser.new_page(viewport=VIEWPORT)
        page.on("websocket", lambda wire: wire.on("framesent", keep))
        page.goto(address)
        page.locator(STAGE).wait_for(timeout=60_000)
        page.locator(STAGE).scroll_into_view_if_needed()
        # All of the page is there, its questions too: a control is sent once it is drawn.
        page.locator("[data-test-script-state=notRunning]").wait_for(timeout=60_000)
        page.get_by_role("button", name="Check", exact=True).last.wait_for()
        page.wait_for_timeout(1000)
        for _ in range(N_RELEASES):
            knob = page.locator("circle.knob").bounding_box()
            x, y = knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2
            page.mouse.move(x, y)
            page.mouse.down()
            page.mouse.move(x - 40, y, steps=4)
            page.mouse.up()
            page.wait_for_timeout(1500)
    return [request for request in requests if request.HasField("rerun_script")]


def _released(request: BackMsg) -> float:
    """Return where this request says that the handle was let go."""
    triggers = [
        widget.json_trigger_value
        for widget in request.rerun_script.widget_states.widgets
        if widget.json_trigger_value
    ]
    ((event,),) = map(json.loads, triggers)
    assert event["event"] == "released"
    return event["value"]


def _plainly(request: BackMsg) -> dict:
    """Return a request in comparable form, without what tells one browser from another."""
    state = request.rerun_script
    return {
        "query": state.query_string,
        "page": (state.page_name, state.page_script_hash),
        "fragment": state.fragment_id,
        "held": set(state.cached_message_hashes),
        # The controls behind "More" are drawn, and sent, once somebody opens it; the same JSON may
        # be spaced in two ways, so a trigger is compared by its id here.
        "widgets": {
            widget.id: "" if widget.json_trigger_value else widget.SerializeToString()
            for widget in state.widget_states.widgets
            if not widget.id.endswith(":seed")
        },
    }


@pytest.mark.browser
def test_the_learner_without_a_browser_sends_what_a_browser_sends(tuned_server):
    theirs = _sent_by_chromium(tuned_server.address)
    assert len(theirs) == 1 + N_RELEASES  # nothing was sent while the mouse moved

    async def learn() -> list[BackMsg]:
        sent: list[BackMsg] = []
        learner = Learner(tuned_server.port)
        send = learner._run
        learner._run = lambda request: (sent.append(request), send(request))[1]
        await learner.open()
        for request in theirs[1:]:
            await learner.release(_released(request))
        await learner.close()
        return sent

    ours = asyncio.run(learn())
    assert [_plainly(request) for request in ours] == [_plainly(request) for request in theirs]
    assert [_released(request) for request in ours[1:]] == [
        _released(request) for request in theirs[1:]
    ]


@pytest.mark.full
@pytest.mark.browser
def test_a_drag_is_watched_frame_by_frame_and_message_by_message():
    names = ["thresholds", "decomposition", "regression"]  # many places, few, and an upright one
    rows = rows_of(drag.measure(seconds=2.0, lessons=names), drag.measure)["drags"]
    assert [row["lesson"] for row in rows] == names
    for row in rows:
        assert row["moves"] > 5
        assert row["behind"] == 0
        assert row["frames_per_move"] >= 1
        assert 0 <= row["p50_ms"] <= row["p95_ms"] <= row["max_ms"]
        assert (row["sent_dragging"], row["sent_release"]) == (0, 1)
    assert rows[0]["places"] > 100 > rows[1]["places"]


def test_each_lesson_with_a_stage_is_dragged():
    names = drag.find_dragged()
    assert names[0] == "thresholds"
    assert {"decomposition", "regression", "log_target", "folds", "race"} <= set(names)
    assert "pipelines" not in names


@pytest.mark.full
def test_a_small_class_is_measured_on_both_servers():
    report = websocket_load.measure(seconds=2.0, sessions=(1, 2), rounds=1)
    tables = rows_of(report, websocket_load.measure)
    settings = [(row["server"], row["act"], row["sessions"]) for row in tables["runs"]]
    assert len(settings) == len(set(settings)) == 2 * 3 * 2
    for row in tables["runs"]:
        assert row["runs"] >= row["sessions"]
        assert row["failed"] == 0
        assert row["cpu_ms"] > 0
        assert 0 < row["p50_ms"] <= row["p95_ms"]
    assert len(tables["memory"]) == 4
    parts = [row for row in tables["bytes"] if row["act"] == "handle released"]
    assert sum(float(row["share"].rstrip("%")) for row in parts) == pytest.approx(100, abs=0.5)


@pytest.mark.full
def test_a_class_is_measured_beside_two_searches_that_really_train():
    report = beside_searches.measure(seconds=6.0, n_sessions=2, rounds=1)
    idle, busy = rows_of(report, beside_searches.measure)["waits"]
    assert (idle["phase"], busy["phase"]) == ("idle", "two searches")
    assert (idle["trials"], idle["above_idle_ms"], idle["failed"], busy["failed"]) == (0, 0, 0, 0)
    assert busy["trials"] > 0
    assert 0 < busy["p50_ms"] <= busy["p95_ms"]
    assert busy["above_idle_ms"] == pytest.approx(busy["p95_ms"] - idle["p95_ms"], abs=0.11)


@pytest.mark.full
def test_f41_pages_are_measured_while_thirty_trainings_are_queued():
    report = queued_jobs.measure(seconds=6.0, n_sessions=2, rounds=1)
    idle, busy = rows_of(report, queued_jobs.measure)["waits"]
    assert (idle["phase"], busy["phase"]) == ("idle", "queued")
    assert (idle["running"], idle["waiting"], idle["failed"], busy["failed"]) == (0, 0, 0, 0)
    assert busy["running"] + busy["waiting"] == queued_jobs.N_JOBS == 30
    assert busy["running"] == max(1, count_cores() - 1)
    assert 0 < busy["p50_ms"] <= busy["p95_ms"]


@pytest.mark.full
def test_stopped_searches_are_timed_and_nothing_is_left():
    rows = rows_of(cancels.measure(n_cancels=2), cancels.measure)["cancels"]
    assert [row["workers"] for row in rows] == [1, 2]
    for row in rows:
        assert row["cancels"] == 2
        assert row["left"] == 0
        assert 0 < row["p50_ms"] <= row["p95_ms"] <= row["max_ms"]


def test_the_price_of_keeping_a_trial_stands_beside_that_of_memory():
    report = study_files.measure(n_trials=4, rounds=1)
    rows = rows_of(report, study_files.measure)["trials"]
    assert [(row["strategy"], row["kept"]) for row in rows] == [
        (strategy, kept)
        for strategy in ("optuna_random", "tpe")
        for kept in ("in memory", "Optuna's SQLite", "in memory, our recorder", "ours")
    ]
    for row in rows:
        assert row["trials"] == 4
        assert 0 < row["least_ms"] <= row["middle_ms"]


@pytest.mark.full
@pytest.mark.browser
def test_a_cold_start_is_timed_from_the_command_to_the_painted_lesson():
    rows = rows_of(cold_start.measure(rounds=1), cold_start.measure)["starts"]
    assert [row["start"] for row in rows] == ["first", "again"]
    for row in rows:
        assert 0 < row["healthy_s"] < row["painted_s"]
        assert row["healthy_s"] + row["page_s"] <= row["painted_s"] + 0.02
        assert row["first_paint_s"] <= row["page_s"]
        assert row["reload_requests"] < row["requests"]
        assert 0 < row["reload_mb"] < row["mb"]


def test_automl_is_compared_with_two_models_at_their_defaults(monkeypatch, tmp_path):
    monkeypatch.setattr(automl, "SHIPPED", ("wine",))
    load_dataset("diabetes").read()[0].head(150).to_csv(tmp_path / "short.csv", index=False)
    report = automl.measure(tables=[f"{tmp_path}/short.csv:progression"], n_splits=2, n_trials=3)
    tables = rows_of(report, automl.measure)
    assert {row["metric"] for row in tables["splits"]} == {"log_loss", "rmse"}
    for row in tables["margins"]:
        assert row["low"] <= row["gain"] <= row["high"]
        sign = -1 if row["metric"] in {"log_loss", "rmse"} else 1
        assert row["gain"] == pytest.approx(sign * (row["automl"] - row["theirs"]), abs=2e-5)


def test_the_rivals_of_automl_are_plain_models_of_scikit_learn_and_lightgbm():
    table = load_dataset("wine").read()[0]
    train, test = table.iloc[::2], table.iloc[1::2]
    said = automl._train_rival(
        "linear", train, test, "cultivar", sorted(table["cultivar"].unique())
    )
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    model.fit(train.drop(columns="cultivar"), train["cultivar"])
    assert said == pytest.approx(model.predict_proba(test.drop(columns="cultivar")), abs=1e-6)
