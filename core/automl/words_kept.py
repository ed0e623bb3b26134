"""Where a search was kept, in sentences for a terminal."""

from core.automl.runs import KeptSearch
from core.tracking.keep import name_place, write_command


def tell_kept(kept: KeptSearch) -> str:
    """Say how many runs there are, where, and how to open them."""
    return (
        f"Kept {len(kept.runs) + 1} runs in the experiment {kept.experiment!r}, {name_place()}; "
        f"{len(kept.models)} have their models. The search is run {kept.parent}.\n"
        f"The proposed model is {kept.proposed_model}. See all with: {write_command()}"
    )
