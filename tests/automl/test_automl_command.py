"""``glassroom automl``: a file on the command line, a report on the terminal."""

import pytest

from app.cli import main
from core.datasets import load_dataset

QUICK = ["--target", "species", "--trials", "3"]


@pytest.fixture
def flowers(tmp_path):
    iris = load_dataset("iris")
    path = tmp_path / "flowers.csv"
    iris.table.rename(columns={iris.target: "species"}).to_csv(path, index=False)
    return str(path)


def test_a_file_is_read_and_reported_on(flowers, capsys):
    assert main(["automl", flowers, *QUICK]) == 0
    said, news = capsys.readouterr()
    assert said.startswith("150 rows, 4 columns to learn from. species is one of 3 classes")
    assert "Trials by log loss, best first" in said
    assert "Proposed: " in said
    assert "untouched rows its log loss is" in said
    assert "Finals: split 20 of 20" in news


def test_a_mistake_ends_in_one_sentence(flowers, capsys, tmp_path):
    assert main(["automl", flowers, "--target", "colour"]) == 2
    assert "The table has no column 'colour'. It has: " in capsys.readouterr().err
    assert main(["automl", str(tmp_path / "nowhere.csv"), *QUICK]) == 2
    assert "cannot be read: No such file or directory." in capsys.readouterr().err
    assert main(["automl", flowers, *QUICK, "--metric", "auc"]) == 2
    assert "Models can be ranked by log_loss" in capsys.readouterr().err
