"""What every answer of the server must carry, and which requests it refuses.

Streamlit sends no Content-Security-Policy of its own, and its ``allowedHosts`` guards only the
websocket. Both are mended here, outside of Streamlit, as plain ASGI middleware.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from app.errors import TellErrors

HOST = re.compile(rb"[A-Za-z0-9.\-\[\]:]{1,255}")
INDEX = Path(streamlit.__file__).parent / "static" / "index.html"


def inline_script_hashes(html: str) -> list[str]:
    """Return the CSP source expressions of the inline scripts in a page of ours (Streamlit's own)."""
    bodies = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    digests = (hashlib.sha256(body.encode()).digest() for body in bodies)
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


@lru_cache(maxsize=64)
def content_security_policy(host: str = "") -> str:
    """Return the policy: everything from this server, called `host` by the browser; nothing from elsewhere.

    ``blob:`` and ``unsafe-eval`` are what Streamlit's own component loader and charts need.
    """
    scripts = " ".join(inline_script_hashes(INDEX.read_text(encoding="utf-8")))
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval' blob: {scripts}".strip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            # 'self' does not cover websockets in older browsers.
            f"connect-src 'self' ws://{host} wss://{host}" if host else "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-src 'self'",
            "frame-ancestors 'none'",
            "form-action 'self'",
            "base-uri 'self'",
            "object-src 'none'",
        ]
    )


class SecurityHeaders:
    """Add the security headers to every HTTP answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.headers = {
            "X-Frame-Options": "DENY",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
            "Cross-Origin-Opener-Policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; websockets carry no headers of ours."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = content_security_policy(_own_host(scope))
                for name, value in self.headers.items():
                    headers[name] = value
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _own_host(scope: Scope) -> str:
    """Return the ``Host`` that the browser asked, if it is written like one."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    return host.decode("ascii") if HOST.fullmatch(host) else ""


class SameOrigin:
    """Refuse what a page of another site sends, on every address.

    A browser names the site of the page that asks in ``Origin``; ours has the host and port that it asks.
    Who is no browser sends none. (A proxy in front must pass the ``Host`` on.)
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what names no origin or our own."""
        if scope["type"] in {"http", "websocket"} and _is_foreign(scope):
            if scope["type"] == "websocket":
                answer: ASGIApp = WebSocketClose(code=1008)
            else:
                answer = PlainTextResponse("This page may not ask here.", status_code=403)
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _is_foreign(scope: Scope) -> bool:
    origins = [value for name, value in scope["headers"] if name == b"origin"]
    if not origins:
        return False
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    origin = urlsplit(origins[0].decode("latin-1")).netloc
    return len(origins) + len(hosts) != 2 or origin.lower() != hosts[0].decode("latin-1").lower()


def build_middleware(allowed_hosts: Sequence[str], *inner: Middleware) -> list[Middleware]:
    """Return the layers, outermost first: a foreign Host is refused before anything else runs."""
    return [
        Middleware(SecurityHeaders),
        Middleware(TellErrors),
        Middleware(TrustedHostMiddleware, allowed_hosts=list(allowed_hosts), www_redirect=False),
        Middleware(SameOrigin),
        *inner,
    ]
