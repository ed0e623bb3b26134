import pytest

from core.errors import SpecError
from core.practice.bank import load_items, load_misconceptions
from core.practice.proof import _shows, prove, prove_refutation, read_link, run_check

OF_THRESHOLDS = "accuracy-paradox"
"""A misconception of the lab that has a fact called tp; the bank may begin with any lesson."""


@pytest.mark.parametrize("item", load_items(), ids=lambda item: item.id)
def test_the_run_confirms_the_key_of(item) -> None:
    proof = prove(item)
    assert proof.id == item.id
    assert bool(proof.claims) == (item.check is not None)
    assert proof.failures == ()
    assert proof.stands


@pytest.mark.parametrize("name", load_misconceptions())
def test_the_linked_run_refutes_the_misconception(name: str) -> None:
    assert prove_refutation(name, load_misconceptions()[name]).failures == ()


def test_only_what_belongs_to_a_platform_is_reviewed_and_it_names_what_was_read() -> None:
    reviewed = [item for item in load_items() if item.reviewed]
    assert {item.chapter for item in reviewed} == {"automl", "platform"}
    for item in reviewed:
        assert (
            item.chapter == "platform"
            or "a platform that does not run here" in item.reviewed.reason
        )
        assert item.reviewed.sources
        assert item.reviewed.reason.endswith(".")
    assert len(reviewed) <= 0.1 * len(load_items())


def test_a_misconception_without_a_lab_is_refuted_by_an_item_that_reveals_it() -> None:
    items = {item.id: item for item in load_items()}
    for name, misconception in load_misconceptions().items():
        if misconception.by_item:
            assert name in items[misconception.by_item].misconceptions


def test_a_refutation_that_does_not_happen_is_noticed() -> None:
    name, misconception = OF_THRESHOLDS, load_misconceptions()[OF_THRESHOLDS]
    wrong = misconception.model_copy(update={"shows": ("tp = -1",)})
    assert prove_refutation(name, wrong).failures == ("tp = -1",)


KEYED = [item for item in load_items() if item.check and item.check.kind == "key"]


@pytest.mark.parametrize("item", KEYED, ids=lambda item: item.id)
def test_a_wrong_key_is_noticed(item) -> None:
    if item.answer is not None:
        off = 0.001 * max(1.0, abs(item.answer.value))
        answer = item.answer.model_copy(update={"value": item.answer.value + off})
        wrong = item.model_copy(update={"answer": answer})
    else:
        other = next(option for option in item.options if not option.correct)
        options = tuple(
            option.model_copy(update={"correct": option is other}) for option in item.options
        )
        wrong = item.model_copy(update={"options": options})
    assert not prove(wrong).stands


def test_every_numeric_item_has_its_key_computed() -> None:
    numeric = [item for item in load_items() if item.type == "numeric"]
    assert len(numeric) >= 3
    assert {item.check.kind for item in numeric} == {"key"}


def test_a_near_miss_shows_the_fact_that_it_names(draft) -> None:
    misses = [{"value": "0.5", "misconception": "swap", "feedback": "No.", "fact": "precision"}]
    assert prove(draft.numeric(near_misses=misses)).failures == ("0.5 is precision",)
    misses[0]["value"] = "4/7"
    assert prove(draft.numeric(near_misses=misses)).stands


def test_a_wrong_option_shows_the_fact_that_it_names(draft) -> None:
    def proof_of(text: str):
        options = [
            draft.option("a", text="0.57", correct=True),
            draft.option("b", text=text, fact="recall"),
            draft.option("c", text="0.96", fact="accuracy"),
        ]
        return prove(draft.single(options=options, check=draft.check("precision")))

    assert proof_of("0.80").stands
    assert proof_of("0.70").failures == ("0.70 is recall",)


@pytest.mark.parametrize(
    ("texts", "stands"),
    [
        (("0.57", "0.80", "0.96"), True),
        (("57 %", "80 %", "96 %"), True),
        (("57.1%", "80 %", "96 %"), True),
        (("0.58", "0.80", "0.96"), False),
        (("0.56", "0.80", "0.96"), False),
        (("0.5713", "0.80", "0.96"), False),
        (("1", "2", "3"), False),
        (("0.571", "0.57", "0.96"), False),
    ],
)
def test_an_option_shows_the_key_rounded_to_its_own_decimals(draft, texts, stands: bool) -> None:
    options = [draft.option(n, text=t, correct=n == "a") for n, t in zip("abc", texts, strict=True)]
    assert prove(draft.single(options=options, check=draft.check("precision"))).stands is stands


@pytest.mark.parametrize(
    ("claim", "holds"),
    [
        ("recall = 0.8", True),
        ("recall = 0.81", False),
        ("recall = 80 %", True),
        ("precision = 4/7", True),
        ("precision ~ 0.57", True),
        ("precision ~ 0.58", False),
        ("precision > 0.5", True),
        ("precision > 0.6", False),
        ("recall > recall", False),
        ("recall >= recall", True),
        ("recall <= 0.8", True),
        ("recall < 0.8", False),
        ("precision < recall", True),
        ("recall < precision", False),
        ("recall is undefined", False),
    ],
)
def test_a_claim_is_held_against_the_facts(draft, claim: str, holds: bool) -> None:
    proof = prove(draft.single(check=draft.check(claim, kind="proof")))
    assert proof.stands is holds
    assert proof.failures == (() if holds else (claim,))


@pytest.mark.parametrize(
    ("text", "value", "holds"),
    [
        ("-0.26", -0.2587, True),
        ("\u22120.26", -0.2587, True),
        ("-0.26", 0.2587, False),
        ("-0.26", -0.2687, False),
        ("-6", -6.0, True),
        ("-6", -6.2, False),
        ("-26.4 %", -0.2637, True),
        ("1 200.5", 1200.46, True),
        ("1 200.5", 1200.4, False),
        ("1.5e-3", 0.00152, True),
        ("1.5e-3", 0.04, False),
        ("4.5/2", 2.25, True),
        ("4.5/2", 2.26, False),
    ],
)
def test_a_rounded_number_is_read_with_its_sign_its_thousands_and_its_power(
    text, value, holds
) -> None:
    assert _shows(text, value) is holds


def test_a_claim_about_a_negative_number_holds(draft) -> None:
    """Squared errors are 9 + 0 + 9, those of the mean 7/3 are 14/3, and 1 - 18 / (14/3) = -2.857."""
    check = {
        "function": "core.metrics.regression.checks:measure_predictions",
        "args": {"truth": ["1", "2", "4"], "said": ["4", "2", "1"]},
        "kind": "proof",
        "expect": ("r2 ~ -2.86", "r2 < -2.85", "r2 > -2.87"),
    }
    assert prove(draft.single(check=check)).failures == ()


@pytest.mark.parametrize("sign", ["<", "<=", "=", ">=", ">", "~"])
def test_nothing_but_undefined_holds_for_an_undefined_fact(draft, sign: str) -> None:
    check = draft.check("precision is undefined", f"precision {sign} 0", kind="proof")
    check["args"] = {"tp": "0", "fp": "0", "fn": "10", "tn": "20"}
    assert prove(draft.single(check=check)).failures == (f"precision {sign} 0",)


@pytest.mark.parametrize("claim", ["recall", "recall == 1", "1 < recall", "recall > ", "import os"])
def test_what_is_no_claim_is_refused(draft, claim: str) -> None:
    with pytest.raises(SpecError, match=r"is not a claim\. Write it like"):
        prove(draft.single(check=draft.check(claim, kind="proof")))


def test_a_claim_about_an_unknown_fact_lists_the_facts(draft) -> None:
    with pytest.raises(SpecError, match=r"finds no 'beauty'\. It finds: accuracy, .*recall"):
        prove(draft.single(check=draft.check("beauty > 1", kind="proof")))
    with pytest.raises(SpecError, match="finds no 'beauty'"):
        prove(draft.numeric(check=draft.check("beauty")))


@pytest.mark.parametrize(
    "name",
    [
        "core.practice.numbers:parse_number",
        "core.practice.checks:absent",
        "core.absent.checks:run",
    ],
)
def test_only_a_function_that_returns_facts_is_called(draft, name: str) -> None:
    check = {**draft.check("recall"), "function": name}
    with pytest.raises(SpecError, match=r"is not a check\. A check is a function of core"):
        run_check(draft.single(check=check))


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        ({"tp": "1", "fp": "1", "fn": "1"}, "tn: Missing required argument"),
        ({"tp": "x", "fp": "1", "fn": "1", "tn": "1"}, "tp: Input should be a valid integer"),
    ],
)
def test_args_that_a_check_cannot_take_are_named(draft, args, problem: str) -> None:
    with pytest.raises(SpecError, match=f"measure_counts cannot take these args: {problem}"):
        run_check(draft.single(check={**draft.check("recall"), "args": args}))


def test_two_runs_are_compared_within_one_lab() -> None:
    name, misconception = OF_THRESHOLDS, load_misconceptions()[OF_THRESHOLDS]
    wrong = misconception.model_copy(update={"compared_with": "elsewhere?seed=1"})
    with pytest.raises(SpecError, match="compare two runs of one lab, not thresholds with else"):
        prove_refutation(name, wrong)


def test_a_link_names_a_lab_and_its_settings() -> None:
    assert read_link("thresholds") == ("thresholds", {})
    assert read_link("a?data=churn&seed=1") == ("a", {"data": "churn", "seed": "1"})
    with pytest.raises(SpecError, match="cannot be read"):
        read_link("a?data")
    with pytest.raises(SpecError, match=r"names a setting twice\. Keep one"):
        read_link("a?seed=1&seed=2")
