"""What is kept of a person is given to them, and goes away on their wish."""

import json

import pandas as pd
import pytest

from app.cli import main
from core.datasets import list_own_datasets, owns_dataset, store_own_dataset
from core.datasets.own import forget_own_dataset, load_own_dataset
from core.errors import SpecError
from core.rooms import Rooms
from core.store import open_store

TABLE = pd.DataFrame({"x": range(30), "y": ["a", "b"] * 15})


def bring(owner):
    return store_own_dataset(TABLE, title="Mine", task="binary", target="y", owner=owner)


def test_a_table_is_listed_for_who_brought_it_and_opens_for_who_has_the_link():
    mine = bring("p1")
    assert [dataset.name for dataset in list_own_datasets(owner="p1")] == [mine.name]
    assert list_own_datasets(owner="p2") == ()
    assert list_own_datasets() == ()
    assert load_own_dataset(mine.name).title == "Mine"


def test_a_table_that_two_people_brought_goes_with_the_last_of_them():
    name = bring("p1").name
    assert bring("p2").name == name
    forget_own_dataset(name, owner="p1")
    assert not owns_dataset(name, "p1")
    assert load_own_dataset(name).title == "Mine"
    forget_own_dataset(name, owner="p3")
    assert owns_dataset(name, "p2"), "nobody removes what is not theirs"
    forget_own_dataset(name, owner="p2")
    with pytest.raises(SpecError, match="removed"):
        load_own_dataset(name)


def test_a_table_from_before_there_were_owners_is_the_local_learners(new_home):
    name = bring("local").name
    owners = new_home / "tables" / name / "owners"
    (owners / "local").unlink()
    owners.rmdir()
    assert owns_dataset(name)
    assert not owns_dataset(name, "p1")
    forget_own_dataset(name)
    assert list_own_datasets() == ()


def test_an_owner_cannot_lead_out_of_the_folder():
    with pytest.raises(SpecError, match="small letters and digits"):
        bring("../../x")


def test_export_me_writes_everything_and_forget_me_erases_it(new_home, tmp_path, capsys):
    store = open_store(new_home)
    for learner in ("local", "p1"):
        store.append(learner=learner, kind="answer", subject="q", body={"said": learner})
    store.close()
    bring("local")
    bring("p1")
    file = tmp_path / "me.json"
    assert main(["export-me", str(file)]) == 0
    kept = json.loads(file.read_text())
    assert [event["body"] for event in kept["events"]] == [{"said": "local"}]
    assert kept["tables"][0]["title"] == "Mine"
    assert kept["tables"][0]["csv"].startswith('"x","y"\n0,"a"\n')
    assert main(["forget-me"]) == 2
    assert "--yes" in capsys.readouterr().err
    assert main(["forget-me", "--yes"]) == 0
    assert "1 events were erased" in capsys.readouterr().out
    store = open_store(new_home)
    assert store.events("local") == ()
    assert len(store.events("p1")) == 1
    store.close()
    assert list_own_datasets() == ()
    assert len(list_own_datasets(owner="p1")) == 1


def test_forgetting_a_member_leaves_no_nickname_anywhere(new_home):
    store = open_store(new_home)
    rooms = Rooms(store, bytes(32))
    eve = rooms.join(rooms.room.code, "Evelina", attempt="e" * 32)
    store.backup(new_home / "backups" / "x.db")
    rooms.forget(eve.id)
    assert not rooms.knows(eve.id)
    store.close()
    for path in new_home.rglob("*"):
        assert not path.is_file() or b"Evelina" not in path.read_bytes(), path


def test_the_commands_of_the_record_say_what_they_did(new_home, tmp_path, capsys):
    store = open_store(new_home)
    store.append(learner="local", kind="answer", subject="q", body={})
    store.close()
    assert main(["backup", str(tmp_path / "b.db")]) == 0
    assert "1 events were copied" in capsys.readouterr().out
    assert main(["restore", str(tmp_path / "b.db")]) == 0
    said = capsys.readouterr().out
    assert "1 events" in said
    assert "before-restore-" in said
    assert main(["restore"]) == 2
    assert "no good backup" in capsys.readouterr().err
