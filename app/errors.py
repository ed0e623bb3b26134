"""What a learner sees of a defect: that it is ours, and a number to tell. The log has the rest."""

import logging
from uuid import uuid4

import streamlit as st
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.identity import current_identity
from app.log import DETAILS

logger = logging.getLogger(__name__)


def tell_error(error: Exception) -> bool:
    """Show that a page broke down, with a number under which the log tells why; for `st.App`."""
    number = _note(error, where=str(st.context.url or ""), learner=current_identity() or "local")
    st.error(
        f"**This page broke down, and it is not your fault.** What you had confirmed is kept. Load the page "
        f"again; if it happens again, tell your teacher the number `{number}`.",
        icon=":material/error:",
    )
    return True


class TellErrors:
    """Middleware: a defect behind an address ends in an answer with a number, and nobody else notices."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer 500 if that fails before an answer has begun."""
        has_begun = False

        async def send_on(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_on)
        except Exception as error:
            if scope["type"] not in {"http", "websocket"}:
                raise
            number = _note(error, where=scope["path"], learner="unknown")
            if scope["type"] == "http" and not has_begun:
                said = f"Glassroom broke down here. Tell your teacher the number {number}."
                await PlainTextResponse(said, status_code=500)(scope, receive, send)


def _note(error: Exception, *, where: str, learner: str) -> str:
    number = uuid4().hex[:8]
    details = {"number": number, "where": where.split("?", maxsplit=1)[0], "learner": learner}
    logger.error("%s", type(error).__name__, exc_info=error, extra={DETAILS: details})
    return number
