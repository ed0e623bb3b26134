"""Which start of the server this is."""

from uuid import uuid4

BOOT = uuid4().hex
"""Differs after each start; an open page that knows another one is stale and says so."""
