"""Which tests stay together on one worker, where they share a server and a browser.

pytest-xdist 3.8 adds a group to ``_nodeid`` of a test, which pytest 9.2 no longer reads: without this,
``--dist loadgroup`` deals the tests of a group out to all workers, and each starts servers of its own.
"""

import re
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[1]


@lru_cache
def group_of(path, root=ROOT):
    """Return the group that the file says its tests are of, or None; the file is read, not imported."""
    text = (root / path).read_text(encoding="utf-8")
    found = re.search(r'xdist_group\("(\w+)"\)', text)
    return found[1] if found else None


def make_scheduler(config, log):
    """Return what deals out groups as wholes, if that is asked for."""
    if config.getvalue("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class GroupScheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return group_of(nodeid.partition("::")[0], config.rootpath) or nodeid

    return GroupScheduling(config, log)
