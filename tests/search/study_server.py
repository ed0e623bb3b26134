"""A server as the drill sees it: asks for one search until its result is there."""

import sys
import time
from contextlib import suppress

from core.errors import SpecError
from core.jobs import find_job, submit
from core.search.run import search
from core.search.spec import SearchSpec
from core.specs import spec_from_json


def main(text: str) -> None:
    spec = spec_from_json(SearchSpec, text)
    while search.recall(spec) is None:
        found = find_job(search, spec)
        if found is None or found.state not in {"queued", "running"}:
            with suppress(SpecError):  # the worker that was killed is not yet cleared away
                submit(search, spec)
        time.sleep(0.05)


if __name__ == "__main__":
    main(sys.argv[1])
