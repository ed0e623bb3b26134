"""A formula shows the learner's own numbers, and no typed text becomes a command."""

from streamlit.testing.v1 import AppTest


def show():
    from app.formula import show_formula
    from core.formula import Formula

    show_formula(
        Formula(
            name="1 \u2212 R²", top="caught", bottom=r"all \href{javascript:alert(1)}{x} 100%_$",
            top_number="1\u202f024", bottom_number="2", value="48.1\u202f%",
        )
    )  # fmt: skip


def test_words_numbers_and_value_stand_in_one_line():
    app = AppTest.from_function(show, default_timeout=60).run()
    assert not app.exception
    shown = app.latex[0].value
    assert r"\text{1 }-\text{ R}^{2}\text{}" in shown
    assert r"\frac{\text{1}\,\text{024}}{\text{2}}" in shown
    assert r"\text{48.1}\,\text{\%}" in shown


def test_a_hostile_name_holds_no_command_and_no_brace_of_its_own():
    shown = AppTest.from_function(show, default_timeout=60).run().latex[0].value
    assert r"\href" not in shown
    assert r"\text{all hrefjavascript:alert(1)x 100\%\_}" in shown
    assert shown.count("{") == shown.count("}")


def show_a_sum():
    from app.formula import show_formula
    from core.formula import Formula

    show_formula(Formula(name="models", top="a × b + 1", top_number="6 × 3 + 1", value="19"))


def test_a_formula_without_a_bottom_is_no_fraction():
    shown = AppTest.from_function(show_a_sum, default_timeout=60).run().latex[0].value
    assert "frac" not in shown
    assert shown.strip("$\n").endswith(r"\text{6 }\times \text{ 3 + 1} = \text{19}")
