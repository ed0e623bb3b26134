"""Runs are in the backup, in what is given to a person, in what is erased, and in what the doctor says."""

import json
from datetime import UTC, datetime

import pytest

from app.cli import main
from core.datasets import load_dataset
from core.lab import load_lab
from core.store import BackupKeeper, StoreError, open_store
from core.tracking.backups import bring_back_runs, count_runs, keep_runs
from core.tracking.log import Extras, log_result
from core.tracking.models import log_model
from core.tracking.registry import register
from core.tracking.store import forget_clients, open_client
from core.tracking.study import log_study


@pytest.fixture
def home(own_home, tmp_path, monkeypatch):
    """A home with two runs of each of two learners, and the template that the session has made."""
    folder = tmp_path / "new"
    (folder / "tracking").mkdir(parents=True)
    for template in (own_home / "tracking").glob(".empty-mlflow-*.db"):
        (folder / "tracking" / template.name).write_bytes(template.read_bytes())
    monkeypatch.setenv("GLASSROOM_HOME", str(folder))
    forget_clients()
    store = open_store(folder)
    store.append(learner="local", kind="answer", subject="q", body={})
    store.close()
    yield folder
    forget_clients()


def log(learner, seed=0):
    lab = load_lab("hyperparameters")
    spec = lab.spec(seed=seed)
    extras = Extras(learner=learner, prediction=f"said by {learner}", script=lab.script(spec))
    return log_result(spec, lab.run(spec), lab=lab.name, extras=extras)


def n_kept(home):
    return count_runs(home / "tracking" / "mlflow.db")


def test_a_backup_by_hand_brings_runs_and_their_files_back(home, tmp_path, capsys):
    run = log("local")
    assert main(["backup", str(tmp_path / "b.db")]) == 0
    assert "1 runs were copied to" in capsys.readouterr().out
    log("local", seed=1)
    forget_clients()
    for path in (home / "tracking" / "artifacts").rglob("*.py"):
        path.unlink()
    assert main(["restore", str(tmp_path / "b.db")]) == 0
    assert "The 1 runs of the backup are there again" in capsys.readouterr().out
    assert n_kept(home) == 1
    client = open_client()
    assert client.get_run(run).info.status == "FINISHED"
    assert [found.path for found in client.list_artifacts(run, "code")]
    aside = list(home.glob("before-restore-*/mlflow.db"))
    assert [count_runs(path) for path in aside] == [2]


def test_a_backup_on_the_clock_holds_the_runs_and_is_made_only_after_a_change(home):
    assert keep_runs(home) is None  # there are none yet
    log("local")
    forget_clients()
    first = keep_runs(home, datetime(2026, 1, 1, tzinfo=UTC))
    assert count_runs(first) == 1
    assert keep_runs(home) is None
    log("local", seed=1)
    forget_clients()
    second = keep_runs(home, datetime(2026, 1, 1, 0, 15, tzinfo=UTC))
    assert count_runs(second) == 2
    assert bring_back_runs(home) is not None
    assert n_kept(home) == 2


def test_the_keeper_of_backups_keeps_the_runs_too(home, monkeypatch):
    monkeypatch.setattr("core.store.keeper.MINUTES_BETWEEN_BACKUPS", 0.001)
    log("local")
    store = open_store(home)
    keeper = BackupKeeper(store, others=[keep_runs])
    keeper.start()
    until = datetime.now(UTC).timestamp() + 30
    while not list((home / "backups" / "runs").glob("*.db")):
        assert datetime.now(UTC).timestamp() < until
    keeper._end.set()
    store.close()


def test_export_me_gives_the_runs_and_forget_me_erases_them_and_no_others(home, tmp_path, capsys):
    mine, theirs = log("local"), log("p1", seed=1)
    table = load_dataset("breast_cancer").table
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression().fit(table.iloc[:, :2] / 20, table.iloc[:, -1])
    register(log_model(mine, model, table.iloc[:5, :2]), "mine")
    keep_runs(home)
    file = tmp_path / "me.json"
    assert main(["export-me", str(file)]) == 0
    assert "1 events, 0 tables and 1 runs" in capsys.readouterr().out
    (run,) = json.loads(file.read_text())["runs"]
    assert (run["id"], run["tags"]["glassroom.prediction"]) == (mine, "said by local")
    assert run["params"]["seed"] == "0"
    assert run["files"]["code/hyperparameters.py"].startswith('"""')
    assert main(["forget-me", "--yes"]) == 0
    client = open_client()
    assert client.get_run(theirs).info.status == "FINISHED"
    assert n_kept(home) == 1
    assert client.search_model_versions("name = 'mine'") == []
    forget_clients()
    for path in home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"said by local" not in content, path
            assert mine.encode() not in content, path
    assert any(b"said by p1" in path.read_bytes() for path in home.glob("backups/runs/*.db"))


def test_the_trials_of_a_learner_go_with_their_search(home):
    import pandas as pd

    lab = load_lab("hyperparameters")
    trials = pd.DataFrame(
        {"number": [0, 1], "state": ["complete"] * 2, "value": [0.1, 0.2], "params": ["{}"] * 2}
    )
    log_study(lab.spec(), trials, extras=Extras(learner="p1"))
    log("local")
    from core.tracking.personal import erase_runs, gather_runs

    assert len(gather_runs("p1")) == 3
    assert erase_runs("p1") == 3
    assert gather_runs("p1") == []
    assert n_kept(home) == 1


def test_doctor_counts_the_runs_and_says_what_is_known_against_sqlite(home, capsys, monkeypatch):
    assert main(["doctor"]) == 0
    assert "runs           none yet" in capsys.readouterr().out
    log("local")
    forget_clients()
    monkeypatch.setattr("core.tracking.backups.SQLITE", "3.40.1")
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "runs           1 in" in said
    assert "WAL-reset bug" in said
    assert "take turns by a lock" in said
    monkeypatch.setattr("core.tracking.backups.SQLITE", "3.51.3")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "postgresql://ada@localhost/runs")
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "WAL-reset" not in said
    assert "kept where MLFLOW_TRACKING_URI says" in said


def test_a_damaged_store_of_runs_is_named_and_never_put_in_place(home, tmp_path, capsys):
    log("local")
    forget_clients()
    keep_runs(home)
    path = home / "tracking" / "mlflow.db"
    for leftover in path.parent.glob("mlflow.db-*"):
        leftover.unlink()
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreError, match=r"The runs in .* cannot be read"):
        count_runs(path)
    assert main(["doctor"]) == 0
    assert "`glassroom restore` brings a backup back" in capsys.readouterr().out
    assert bring_back_runs(home)[0] == 1
    assert n_kept(home) == 1
