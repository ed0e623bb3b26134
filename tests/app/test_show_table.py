"""Threat T14: what the grid's toolbar saves holds no formula that a spreadsheet would run."""

import pandas as pd
from streamlit.testing.v1 import AppTest

FORMULA = '=HYPERLINK("http://evil.example")'


def page():
    import pandas as pd

    from app.prose import show_table

    formula = '=HYPERLINK("http://evil.example")'
    table = pd.DataFrame({formula: [formula, "+1"], "n": [-1.5, 2.0], "b": [True, False]})
    show_table(table)
    assert formula in table, "the table itself stays as it is"


def test_a_formula_in_a_cell_or_a_name_gets_its_quote_and_numbers_stay_numbers():
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    shown = app.dataframe[0].value
    assert list(shown.columns) == [f"'{FORMULA}", "n", "b"]
    assert shown[f"'{FORMULA}"].tolist() == [f"'{FORMULA}", "'+1"]
    assert shown["n"].tolist() == [-1.5, 2.0]
    assert pd.api.types.is_numeric_dtype(shown["n"])
