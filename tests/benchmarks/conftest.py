"""`benchmarks` is no part of what gets installed, so its tests find it beside themselves."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
