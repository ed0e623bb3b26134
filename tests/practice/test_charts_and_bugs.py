"""Charts are drawn from real runs, and programs really go wrong as the key says."""

import pytest

from core.practice.bank import load_items
from core.practice.parts import Mend
from core.practice.picture import draw_picture
from core.practice.programs import run_programs
from core.practice.proof import prove
from core.practice.rerun import rerun

ITEMS = load_items()
CHARTS = [item for item in ITEMS if item.form == "chart"]
BUGS = [item for item in ITEMS if item.form == "bug"]
by_id = {"ids": lambda item: item.id}


@pytest.mark.parametrize("item", CHARTS, **by_id)
def test_a_chart_is_drawn_once_names_its_axes_and_gives_no_finding_away(item) -> None:
    figure = draw_picture(item)
    assert figure is draw_picture(item)
    assert not figure.layout.title.text
    assert figure.layout.xaxis.title.text
    assert figure.layout.yaxis.title.text
    assert figure.data
    assert not figure.layout.annotations
    assert item.picture.alt


def test_a_function_that_draws_nothing_is_refused(draft) -> None:
    picture = {"function": "core.practice.checks:sweep_threshold", "alt": "Nothing."}
    with pytest.raises(ValueError, match="sweep_threshold draws no picture"):
        draw_picture(draft.single(picture=picture))
    with pytest.raises(LookupError, match="draft has no picture"):
        draw_picture(draft.single())


def test_the_curves_in_the_chart_are_those_of_the_check() -> None:
    """What the learner reads off the picture is what the run behind the key found."""
    by_name = {item.id: item for item in CHARTS}
    facts = {name: prove(item).facts for name, item in by_name.items()}
    roc = {
        trace.name: trace
        for trace in draw_picture(by_name["recall-at-a-tenth-of-false-alarms"]).data
    }
    for letter in "ab":
        line = roc[f"Model {letter.upper()}"]
        read = max(y for x, y in zip(line.x, line.y, strict=True) if x <= 0.1)
        assert read == facts["recall-at-a-tenth-of-false-alarms"][f"recall_{letter}"]
    (steps,) = draw_picture(by_name["trial-that-brought-the-best"]).data
    first_at_best = next(x for x, y in zip(steps.x, steps.y, strict=True) if y == max(steps.y))
    assert first_at_best == facts["trial-that-brought-the-best"]["last_step"]
    others = draw_picture(by_name["depth-to-choose-from-a-curve"]).data[1]
    lowest = min(zip(others.y, others.x, strict=True))[1]
    assert lowest == facts["depth-to-choose-from-a-curve"]["best"]
    own, new = draw_picture(by_name["would-more-patients-help"]).data
    assert new.y[-1] - own.y[-1] == pytest.approx(facts["would-more-patients-help"]["gap"])
    boxes = {box.name: box for box in draw_picture(by_name["office-with-the-longest-tail"]).data}
    waits = sorted(boxes["A"].x)
    middle = (waits[59] + waits[60]) / 2
    assert middle == pytest.approx(facts["office-with-the-longest-tail"]["median_a"])
    assert sum(waits) / 120 == pytest.approx(facts["office-with-the-longest-tail"]["mean_a"])


@pytest.mark.parametrize("item", BUGS, **by_id)
def test_the_program_goes_wrong_and_only_the_change_of_the_key_mends_it(item) -> None:
    proof = prove(item)
    assert proof.failures == ()
    said = [claim.sentence for claim in proof.claims]
    assert "it is not cured as it is" in said
    assert sum(sentence.startswith("it is cured") for sentence in said) == 1
    assert sum(sentence.startswith("it is not cured_if") for sentence in said) >= 2


@pytest.mark.parametrize("item", BUGS[:1], **by_id)
def test_a_wrong_key_of_a_bug_is_noticed(item) -> None:
    other = next(option for option in item.options if not option.correct)
    options = tuple(o.model_copy(update={"correct": o is other}) for o in item.options)
    assert not prove(item.model_copy(update={"options": options})).stands


@pytest.mark.parametrize("item", BUGS, **by_id)
def test_the_run_of_a_bug_says_what_was_found(item) -> None:
    assert all(option.mend.line <= len(item.code.splitlines()) for option in item.options)
    for option in item.options:
        assert f"Line {option.mend.line}" in option.text


def test_a_program_is_run_as_it_is_and_after_each_change() -> None:
    program = 'n = 3\nprint("noise")\nname = "text"\nshare = 1 / (n - 3)'
    mends = {
        "four": Mend(line=1, to="n = 4"),
        "text": Mend(line=4, to="    x ="),
        "one-more": Mend(line=3, to="k = True"),
    }
    facts = run_programs(program, mends)
    assert (facts["fails"], facts["line"], facts["raises_zero_division_error"]) == (1, 4, 1)
    assert (facts["fails_if_four"], facts["share_if_four"], facts["n_if_four"]) == (0, 1.0, 4.0)
    assert facts["raises_zero_division_error_if_four"] == 0
    assert (facts["fails_if_text"], facts["line_if_text"]) == (1, 4)
    assert facts["share"] is None
    assert "name" not in facts, "texts are no facts"
    assert "k_if_one_more" not in facts, "each of the programs stopped before its end"


def test_a_program_sees_nothing_of_the_classroom_around_it() -> None:
    facts = run_programs(
        "import sys\nn = int(any(name.startswith('core') for name in sys.modules))", {}
    )
    assert facts["n"] == 0


def test_run_it_shows_what_the_right_change_does() -> None:
    item = next(item for item in BUGS if item.id == "bug-a-town-never-seen")
    run = rerun(item)
    assert run.holds
    assert any("again" in finding.what for finding in run.findings)
