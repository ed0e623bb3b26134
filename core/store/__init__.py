"""The learner's record: predictions, answers, attempts and progress, kept as events.

Append an event, read a state. Whatever was confirmed survives a reload, a crash and a kill.
"""

from core.store.check import CheckReport, check_file
from core.store.errors import StoreError
from core.store.event import Event
from core.store.keeper import Backup, BackupKeeper, find_backups, require_sound, restore
from core.store.place import find_risk
from core.store.store import Store, open_store, sqlite_version

__all__ = [
    "Backup",
    "BackupKeeper",
    "CheckReport",
    "Event",
    "Store",
    "StoreError",
    "check_file",
    "find_backups",
    "find_risk",
    "open_store",
    "require_sound",
    "restore",
    "sqlite_version",
]
