"""How much one person may upload in a while: Streamlit limits a file, but not their sum."""

import re
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.identity import HEADER

UPLOAD = re.compile(r"/_stcore/upload_file/.+")
WINDOW_SECONDS = 10 * 60
N_UPLOADS = 20


class UploadQuota:
    """Middleware behind `Identity`: at most 20 files and `max_mb` megabytes in ten minutes a person."""

    def __init__(
        self, app: ASGIApp, max_mb: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.app, self._max_bytes, self._clock = app, max_mb * 2**20, clock
        self._sent: dict[str, deque[tuple[float, int]]] = defaultdict(deque)
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is no upload or within the quota."""
        if scope["type"] == "http" and scope["method"] == "PUT" and UPLOAD.fullmatch(scope["path"]):
            headers = Headers(scope=scope)
            length = headers.get("content-length", "")
            refusal = 411 if not length.isdecimal() else self._charge(headers[HEADER], int(length))
            if refusal:
                said = "You have uploaded much in a short time. Wait ten minutes."
                await PlainTextResponse(said, status_code=refusal)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _charge(self, learner: str, n_bytes: int) -> int:
        with self._lock:
            now, sent = self._clock(), self._sent[learner]
            while sent and sent[0][0] <= now - WINDOW_SECONDS:
                sent.popleft()
            if len(sent) >= N_UPLOADS or sum(size for _, size in sent) + n_bytes > self._max_bytes:
                return 429
            sent.append((now, n_bytes))
            return 0
