"""A small table: words stand left and numbers right, whatever else their column holds."""

from streamlit.testing.v1 import AppTest


def page():
    import pandas as pd

    from app.prose import show_rows

    show_rows(
        pd.DataFrame({
            "Row": [1, 2], "Meaning": ["the lowest", "the highest"], "Value": ["undefined", "−3"],
            "Share": ["none", "1.9 %"], "Bound": ["> 2", "never"],
        })
    )  # fmt: skip


def test_columns_of_words_stand_left_and_columns_with_a_number_right():
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    marks = app.markdown[0].value.splitlines()[1].strip("| ").split(" | ")
    assert marks == [":---", ":---", "---:", "---:", "---:"]
