"""The README's figures are what the last run kept, and the table of faults names every test."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from figures import BEGIN, END, KEPT, README, Figures, line, line_in, numbers_of, read, write_readme

TESTS = Path(__file__).parent
TABLE = TESTS / "faults_and_threats.md"
FUNCTION = re.compile(r"^def (test\w*)\(", re.MULTILINE)


def functions():
    """Every test function, with the file it stands in."""
    return {
        (path.relative_to(TESTS.parent).as_posix(), found[1])
        for path in TESTS.rglob("test_*.py")
        for found in FUNCTION.finditer(path.read_text(encoding="utf-8"))
    }


def report(nodeid, *, when="call", outcome="passed", **counts):
    kinds = {kind: kind == outcome for kind in ("passed", "failed", "skipped")}
    return SimpleNamespace(nodeid=nodeid, when=when, user_properties=list(counts.items()), **kinds)


def test_the_line_of_figures_in_the_readme_is_what_the_last_run_wrote():
    assert line_in(README.read_text(encoding="utf-8")) == line(read())


def test_every_kept_figure_belongs_to_a_test_that_stands():
    known = {f"{path}::{name}" for path, name in functions()}
    assert set(read()) <= known, "run the drills anew with --figures, or take the old lines out"


def test_the_table_names_every_test_of_a_fault_or_threat_and_no_other():
    table = TABLE.read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", table))
    standing = {name for _, name in functions() if numbers_of(name)}
    assert named == standing
    for row in re.findall(r"^\| ([FT]\d+) \|(.*)$", table, flags=re.MULTILINE):
        for name in re.findall(r"`(test_\w+)`", row[1]):
            assert row[0].lower() in numbers_of(name), (row[0], name)


def test_a_test_says_by_its_name_which_faults_it_is_about():
    assert numbers_of("test_f38_f39_three_hundred_people") == ["f38", "f39"]
    assert numbers_of("test_t4_a_text_of_f2_x") == ["t4"]
    assert numbers_of("test_the_f1_score") == []


def test_counts_add_up_over_the_cases_of_a_test_and_a_failure_is_kept(tmp_path):
    run = Figures()
    for case in ("a", "b"):
        run.add(report(f"tests/x.py::test_f5_kills[{case}]@group", when="setup"))
        run.add(report(f"tests/x.py::test_f5_kills[{case}]@group", kills=50))
    run.add(report("tests/x.py::test_f6_torn", outcome="failed"))
    run.add(report("tests/x.py::test_f7_not_here", when="setup", outcome="skipped"))
    run.add(report("tests/x.py::test_of_something_else"))
    run.add(report("tests/x.py::test_t1_no_server", when="setup", outcome="failed"))
    kept = run.keep(tmp_path / "figures.json")
    assert set(kept) == {
        "tests/x.py::test_f5_kills", "tests/x.py::test_f6_torn", "tests/x.py::test_t1_no_server",
    }  # fmt: skip
    assert kept["tests/x.py::test_f5_kills"]["counts"] == {"kills": 100}
    said = line(kept)
    assert "failed: 2 " in said
    assert "faults survived: 1 of 2 tried" in said
    assert "threats held off: 0 of 1 tried" in said
    assert "kills: 100, confirmed events lost: 0" in said
    assert "load held" not in said, "what was not measured is not said"


def test_a_later_run_of_one_drill_leaves_the_others_as_they_were(tmp_path):
    path = tmp_path / "figures.json"
    for name, kills in (("f5_first", 7), ("f6_second", 9), ("f5_first", 8)):
        run = Figures()
        run.add(report(f"tests/x.py::test_{name}", kills=kills))
        run.keep(path)
    assert {name[17:]: entry["counts"]["kills"] for name, entry in read(path).items()} == {
        "f5_first": 8, "f6_second": 9,
    }  # fmt: skip


def test_only_what_stands_between_the_marks_is_written(tmp_path):
    path = tmp_path / "README.md"
    path.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    write_readme({}, path)
    assert path.read_text() == f"before\n{BEGIN}\n{line({})}\n{END}\nafter\n"


@pytest.mark.skipif(not KEPT.exists(), reason="no run has kept its figures yet")
def test_no_kept_drill_has_failed():
    assert [name for name, entry in read().items() if entry["failed"]] == []
