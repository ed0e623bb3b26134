"""Addresses of our own beside Streamlit's."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.boot import BOOT


async def boot(_request: Request) -> Response:
    """Say which start of the server this is, so that an open page notices a restart."""
    return JSONResponse({"boot": BOOT}, headers={"Cache-Control": "no-store"})


ROUTES = [Route("/_glassroom/boot", boot)]
