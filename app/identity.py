"""Who sends a request, in class mode: a signed cookie becomes a header that Streamlit believes.

Streamlit gives a session to whoever names its id, unless ``st.user`` differs. So each request is stripped of
any header of ours that the client sent; only a cookie that we signed brings it back. Without a cookie nothing
is served but the page where one joins: no session, no upload, no download.
"""

import hashlib
import os
import re
from functools import lru_cache
from urllib.parse import quote

import streamlit as st
from itsdangerous import BadSignature, TimestampSigner
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from core.rooms import Rooms
from core.settings import PREFIX

HEADER = "X-Glassroom-Learner"
USER_KEY = "learner"
TRUSTED = {HEADER: USER_KEY}
"""Only the launcher hands it to Streamlit: under plain ``streamlit run`` a client could send the header."""
COOKIE = "glassroom"
MAX_AGE_SECONDS = 30 * 24 * 3600
JOIN = "/join"
PUBLIC = re.compile(r"/(join|static/.*|_stcore/health|_glassroom/boot|favicon\.(png|ico))")
NO_PAGES = ("/_", "/media/", "/component/", "/static/")
IN_A_PATH = "/?&=%-._~,:+"


class Cookies:
    """Signs and reads the cookie that says who somebody is."""

    def __init__(self, key: bytes) -> None:
        self._signer = TimestampSigner(
            key, salt="glassroom identity", digest_method=hashlib.sha256, key_derivation="hmac"
        )

    def write(self, learner: str) -> str:
        """Return the value of a cookie for `learner`."""
        return self._signer.sign(learner).decode()

    def read(self, value: str) -> str | None:
        """Return the learner, or None if the value is not ours, changed, or older than 30 days."""
        try:
            return self._signer.unsign(value, max_age=MAX_AGE_SECONDS).decode()
        except (BadSignature, UnicodeError):
            return None


class Identity:
    """Middleware: take away what the client says it is, and say who it is."""

    def __init__(self, app: ASGIApp, rooms: Rooms, cookies: Cookies) -> None:
        self.app, self._rooms, self._cookies = app, rooms, cookies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a known person's request on; send everybody else to the page where one joins."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        ours = HEADER.lower().encode()
        headers = [(name, value) for name, value in scope["headers"] if name.lower() != ours]
        if not PUBLIC.fullmatch(scope["path"]):
            learner = identify(scope, self._rooms, self._cookies)
            if learner is None:
                await _turn_away(scope)(scope, receive, send)
                return
            headers.append((ours, learner.encode()))
        await self.app({**scope, "headers": headers}, receive, send)


def identify(scope: Scope, rooms: Rooms, cookies: Cookies) -> str | None:
    """Return who sends the request: somebody who joined and was not removed, or None.

    Two cookies of our name are nobody: one of them was planted.
    """
    values = []
    for line in Headers(scope=scope).getlist("cookie"):
        for part in line.split(";"):
            name, _, value = part.strip().partition("=")
            if name == COOKIE:
                values.append(value)
    learner = cookies.read(values[0]) if len(values) == 1 else None
    return learner if learner is not None and rooms.knows(learner) else None


def set_cookie(response: Response, request: HTTPConnection, value: str) -> None:
    """Give the browser its cookie; an empty `value` takes it away."""
    proxied = request.headers.get("x-forwarded-proto", "")
    response.set_cookie(
        COOKIE,
        value,
        max_age=MAX_AGE_SECONDS if value else 0,
        httponly=True,
        samesite="lax",
        secure="https" in {request.url.scheme, proxied},
    )


def own_path(text: str) -> str:
    """Return `text` as a path on this server, whatever it tries to be: ``//evil`` gives ``/evil``."""
    return "/" + quote(text[:2000].lstrip("/\\"), safe=IN_A_PATH)


def current_identity() -> str | None:
    """Return who the session in front of the running page belongs to; None in self-study.

    In class mode a session without an identity is a defect, and its page goes no further.
    """
    if not _is_class():
        return None
    learner = st.user.get(USER_KEY)
    if not isinstance(learner, str):
        st.error(f"You have not joined the class yet. Go to {JOIN}.")
        st.stop()
    return str(learner)


def require_launcher() -> None:
    """Stop a page of a class that was started without the launcher: nobody would be asked who they are."""
    if os.environ.get(f"{PREFIX}MODE") == "class" and not _is_class():
        st.error("A class is started with `glassroom serve --class`. Nobody is let in here.")
        st.stop()


@lru_cache(maxsize=1)
def _is_class() -> bool:
    # Asked by every page many times over; the launcher decides it once, before the first page.
    return HEADER in (st.get_option("server.trustedUserHeaders") or {})


def _turn_away(scope: Scope) -> ASGIApp:
    if scope["type"] == "websocket":
        return WebSocketClose(code=1008)
    accepts = Headers(scope=scope).get("accept", "")
    is_page = "text/html" in accepts and not scope["path"].startswith(NO_PAGES)
    if scope["method"] == "GET" and is_page:
        query = scope["query_string"].decode("latin-1")
        wanted = scope["path"] + (f"?{query}" if query else "")
        target = JOIN if wanted == "/" else f"{JOIN}?next={quote(wanted, safe='/')}"
        return RedirectResponse(target, status_code=303, headers={"Cache-Control": "no-store"})
    return PlainTextResponse("Join the class first.", status_code=401)
