"""The program that a learner takes home says the same numbers as the page."""

import pytest
from take_home import PUBLIC, check_form, compare, run_script

from core.results import scalars_of
from core.tracking.flavour.lab import LAB, FlavourSpec, send_rows
from core.tracking.flavour.payloads import PAYLOADS
from core.tracking.flavour.script import write_script

QUIET = ("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::FutureWarning")
"""MLflow's own, of its libraries; ours would be of another kind."""
OPTIONAL = PUBLIC | {"os", "skops", "threading", "time", "urllib", "uvicorn"}


@pytest.mark.parametrize("preset", LAB.presets)
def test_the_script_says_the_same_numbers_as_the_page_and_is_tidy(preset, tmp_path):
    spec = FlavourSpec(**LAB.presets[preset])
    script = write_script(spec)
    said = run_script(script, tmp_path, filters=QUIET)
    shown = scalars_of(send_rows(spec))
    compare(said, shown, needed={"outcome", "answer", "n_called", "n_columns"}, rel=1e-7)
    check_form(script, imports={"json", "mlflow"}, optional=OPTIONAL)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_program_for_every_payload_is_tidy(payload):
    check_form(
        write_script(FlavourSpec(payload=payload)), imports={"json"}, optional=OPTIONAL | {"mlflow"}
    )
