"""The real worker, told to trust the trainings of these tests instead of those of core."""

import sys
from pathlib import Path

from core.jobs.worker import main

if __name__ == "__main__":
    main(Path(sys.argv[1]), trusted=("misbehaving",))
