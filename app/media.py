"""Whose a file behind ``/media`` is: theirs to whom a page of it was sent.

Streamlit gives such a file to whoever names its address. The address is a hash of the content that cannot be
guessed, but it can be passed on or read over a shoulder, and the file may be somebody's own table.
"""

import re

from cachetools import LRUCache
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.identity import HEADER

SENT = re.compile(rb"/media/([0-9a-f]{16,128})")
ASKED = re.compile(r"/media/([0-9a-f]{16,128})(\.\w+)?")
MAX_KNOWN = 200_000
"""Pairs of a person and a file; the least recently used are forgotten first (some 30 MB)."""


class OwnMedia:
    """Middleware behind `Identity`: a file goes only to those to whom a page with its address was sent."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        # Only the event loop of the server comes here, so no lock is needed.
        self._known: LRUCache[tuple[str, str], bool] = LRUCache(MAX_KNOWN)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note the addresses that a person is sent; refuse those that they were not."""
        if scope["type"] == "websocket":
            learner = Headers(scope=scope).get(HEADER, "")

            async def send_noting(message: Message) -> None:
                for found in SENT.finditer(message.get("bytes") or b""):
                    self._known[learner, found[1].decode()] = True
                await send(message)

            await self.app(scope, receive, send_noting)
            return
        if scope["type"] == "http" and scope["path"].startswith("/media/"):
            asked = ASKED.fullmatch(scope["path"])
            learner = Headers(scope=scope).get(HEADER, "")
            if asked is None or not self._known.get((learner, asked[1])):
                said = "There is no such file of yours. Load the page again."
                await PlainTextResponse(said, status_code=404)(scope, receive, send)
                return
        await self.app(scope, receive, send)
