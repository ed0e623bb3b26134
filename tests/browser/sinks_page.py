"""Every place where our pages show text that a person typed, escaped as our pages do it.

It takes the place of the start page in a server of its own; ``?payload=3`` says which text is shown
everywhere. What is tested is each pair of a sink and the function of `core.safe_text` for it.
"""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from app.figure import show_figure
from app.formula import show_formula
from app.learner import record
from app.prose import show_rows
from app.stage import show_stage
from core import safe_text
from core.charts import new_figure
from core.formula import Formula
from core.safe_text import csv_cell, filename, md, md_prose, plain, plot
from core.stage import Bars, Cell, Chart, Handle, Line, Matrix, MatrixRow, Number, Stage

CALL = "window.stolen = 1"
PAYLOADS = (
    f"<script>{CALL}</script>",
    f"<img src=x onerror='{CALL}'>",
    '<iframe srcdoc="<script>parent.stolen = 1</script>"></iframe>',
    f"<svg/onload='{CALL}'>",
    "![t](http://evil.example/x.png)",
    f"[click](javascript:{CALL.replace(' ', '')})",
    "http://evil.example/ www.evil.example a@evil.example",
    "<style>*{display:none!important}</style>",
    "<a href='http://evil.example'>x</a><form action='http://evil.example'><button>Log in</button></form>",
    "$\\href{http://evil.example}{x}$ $$\\unicode{x}$$ \\includegraphics{http://evil.example/x.png}",
    ":red[stop] :material/home: :small[x] :green-badge[y] :streamlit:",
    "x\u202egnp.exe\u200b\u2066\x00\x1b[31m\r\n# heading\n---\n| a |\n|---|\n| ![t](http://evil.example/) |",
    f"\"><body onload='{CALL}'>{{{{7*7}}}}${{7*7}}<%= 7*7 %>`code`~~~",
    f"</style></title></textarea></script><script>{CALL}</script>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={CALL.replace(' ', '')}>",
    '=HYPERLINK("http://evil.example";"x") +cmd|\' /C calc\'!A0 @SUM(1) -2+3',
)


def show() -> None:
    """Show one payload in every sink."""
    text = PAYLOADS[int(st.query_params.get("payload", "0"))]
    st.title("Still here", anchor=False)
    for sink in SINKS.values():
        sink(text)
    st.markdown("The end of the page")


def _dataframe(text):
    st.dataframe(pd.DataFrame({text: [text, "b"], "n": [1, 2]}), key="table")


def _rows(text):
    show_rows(pd.DataFrame({text: [text], "n": [1]}))


def _plotly(text):
    figure = new_figure(title=plot(text), x_label=plot(text), y_label=plot(text))
    words = {"name": plot(text), "hovertext": plot(text), "text": plot(text)}
    figure.add_trace(go.Bar(x=[plot(text), "b"], y=[1, 2], **words))
    figure.add_trace(go.Heatmap(x=[plot(text)], y=[plot(text)], z=[[1]], visible=False))
    figure.add_annotation(x=0, y=1, text=plot(text))
    figure.update_layout(showlegend=True)
    show_figure(figure, key="chart", alt=plain(text))


def _tabs(text):
    with st.tabs([md(text), "b"])[0]:
        st.caption(md(text))


def _expander(text):
    with st.expander(md(text), expanded=True):
        st.markdown(md(text))


def _popover(text):
    with st.popover(md(text), type="tertiary"):
        st.markdown(md(text))


def _download(text):
    st.download_button(
        "Download",
        data=str(csv_cell(text)),
        file_name=filename(text, ending=".csv"),
        on_click="ignore",
    )


def _choices(text):
    st.selectbox("One", [text, "b"], format_func=plain, key="one")
    st.multiselect("Many", [text, "b"], default=[text], format_func=plain, key="many")
    st.radio("Radio", [text, "b"], format_func=md, key="radio")
    st.pills("Pills", [text, "b"], format_func=md, key="pills")
    st.segmented_control("Segments", [text, "b"], format_func=md, key="segments")
    st.select_slider(md(text), [text, "b"], format_func=md, key="slider")


def _inputs(text):
    st.text_input(md(text), value=plain(text), key="text", help=md(text))
    st.number_input(md(text), key="number")
    st.date_input(md(text), key="day", help=md(text))
    st.checkbox(md(text), key="checkbox")
    st.toggle(md(text), key="toggle")
    st.button(md(text), key="button")


def _alerts(text):
    for alert in (st.warning, st.error, st.success, st.info):
        alert(md(text), icon=":material/info:")
    st.progress(0.5, text=md(text))


def _headings(text):
    st.title(md(text), anchor=False)
    st.subheader(md(text), anchor=False)
    st.caption(md(text))
    st.markdown(f"**{md(text)}** and {md_prose(text)}")
    st.markdown(f"| a | b |\n|---|---|\n| {md(text)} | c |")


def _code(text):
    st.code(text, language="python")
    st.code(text, language=None, wrap_lines=True)


def _formula(text):
    show_formula(
        Formula(name=text, top=text, bottom=text, top_number=text, bottom_number=text, value=text)
    )


def _stage(text):
    show_stage(_draw(text).to_json(), at=0, key="stage", on_release=lambda _value: None)


def _draw(text):
    two = (text, text)
    return Stage(
        alt=text,
        handle=Handle(
            label=text, positions=(0.0, 1.0), values=(0.0, 1.0), texts=two, ticks=((0.5, text),),
            axis_label=text,
        ),
        bars=Bars(left=(0.0,), right=(1.0,), up=(1.0,), down=(1.0,), up_label=text, down_label=text),
        matrix=Matrix(
            label=text,
            columns=two,
            rows=(
                MatrixRow(
                    label=text, meaning="positive",
                    cells=tuple(Cell(caption=text, texts=two, is_good=good) for good in (True, False)),
                ),
            ),
        ),
        numbers=(Number(label=text, texts=two, notes=two),),
        sentences=(((text, "positive"), (text, None)),) * 2,
        charts=(
            Chart(
                title=text, alt=text, x_label=text, y_label=text, x_max=1.0, y_max=1.0,
                x_ticks=((0.0, text),), y_ticks=((0.0, "0"),),
                lines=(Line(x=(0.0, 1.0), y=(0.0, 1.0), meaning="ink"),),
                point_x=(0.0, 1.0), point_y=(0.0, 1.0),
            ),
        ),
    )  # fmt: skip


def _stored(text):
    record("trial", "sinks", {"text": safe_text.plain(text)}, event_id=f"trial:{hash(text)}")


SINKS = {
    "dataframe": _dataframe,
    "rows": _rows,
    "plotly_chart": _plotly,
    "tabs": _tabs,
    "expander": _expander,
    "popover": _popover,
    "download_button": _download,
    "selectbox multiselect radio pills segmented_control select_slider": _choices,
    "text_input number_input date_input checkbox toggle button": _inputs,
    "warning error success info progress": _alerts,
    "title subheader caption markdown": _headings,
    "code": _code,
    "latex": _formula,
    "stage": _stage,
}
NO_SINKS = {
    "Page", "cache_data", "column_config", "columns", "components", "container", "context", "dialog", "empty",
    "file_uploader", "form", "form_submit_button", "fragment", "get_option", "link_button", "navigation",
    "page_link", "query_params", "rerun", "session_state", "set_page_config", "spinner", "stop",
    "switch_page", "user",
}  # fmt: skip
"""Calls that show no text, or only text of ours."""
