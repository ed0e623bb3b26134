"""Entry point of every session: the menu, the look, the page.

Started by `glassroom` or, as one local learner, by `streamlit run app/main.py` from any directory.
"""

import sys
from pathlib import Path

import streamlit as st

# `streamlit run` puts app/ on sys.path, not the repository root.
ROOT = str(Path(__file__).parents[1])
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)

from app.identity import require_launcher  # noqa: E402  # after the path is set
from app.navigation import build_menu  # noqa: E402
from app.present import card_in_sight, is_presenting, step_beats  # noqa: E402
from app.shell import show_shell  # noqa: E402

st.set_page_config(
    page_title="Glassroom", page_icon=str(Path(__file__).with_name("icon.png")), layout="wide"
)
require_launcher()
page = build_menu()
show_shell(presenting=is_presenting(), beat=card_in_sight(), on_step=step_beats)
page.run()
