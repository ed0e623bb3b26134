"""The page where one joins the class, and the addresses behind it.

It is no page of Streamlit, because only a plain answer can set a cookie that no script may read.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl
from uuid import uuid4

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from app.identity import JOIN, Cookies, identify, own_path, set_cookie
from core.errors import SpecError
from core.rooms import TEACHER, Rooms, TooManyGuessesError, group
from core.store import StoreError

MAX_FORM_BYTES = 4096
PRIVATE = {"Cache-Control": "no-store"}
_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
)
Form = dict[str, str]


@dataclass(frozen=True)
class Door:
    """The addresses by which one enters and leaves."""

    rooms: Rooms
    cookies: Cookies
    export: Callable[[str], dict[str, object]]
    forget: Callable[[str], object]

    def routes(self) -> list[BaseRoute]:
        """Return what the server adds to its own addresses."""
        return [
            Route(JOIN, self.look, methods=["GET"]),
            Route(JOIN, self.act, methods=["POST"]),
            Route("/_glassroom/record", self.download, methods=["GET"]),
        ]

    async def look(self, request: Request) -> Response:
        """Show the forms, or to somebody who is in the class their place in it."""
        learner = identify(request.scope, self.rooms, self.cookies)
        query = request.query_params
        typed = {"room": query.get("room", ""), "next": query.get("next", "/")}
        return self._show(learner, typed)

    async def act(self, request: Request) -> Response:
        """Do what a form asks for; a mistake shows the form again with a sentence."""
        form = await _read_form(request)
        if form is None:
            return self._show(None, {}, problem="This form is too long.", status=413)
        learner = identify(request.scope, self.rooms, self.cookies)
        try:
            return await run_in_threadpool(self._act, request, form, learner)
        except TooManyGuessesError as error:
            return self._show(learner, form, problem=str(error), status=429)
        except SpecError as error:
            return self._show(learner, form, problem=str(error), status=422)
        except StoreError as error:
            problem = f"This was not saved. {error}"
            return self._show(learner, form, problem=problem, status=503)

    async def download(self, request: Request) -> Response:
        """Give a person everything that the record holds of them."""
        learner = identify(request.scope, self.rooms, self.cookies) or ""
        record = await run_in_threadpool(self.export, learner)
        headers = PRIVATE | {"Content-Disposition": 'attachment; filename="my-glassroom.json"'}
        return JSONResponse(json.loads(json.dumps(record)), headers=headers)

    def _act(self, request: Request, form: Form, learner: str | None) -> Response:
        wanted = own_path(form.get("next", "/"))
        match form.get("do"):
            case "join":
                member = self.rooms.join(
                    form.get("room", ""), form.get("nickname", ""), attempt=form.get("try", "")
                )
                response = self._show(member.id, form, is_new=True)
                set_cookie(response, request, self.cookies.write(member.id))
                return response
            case "rejoin":
                return self._enter(request, self.rooms.rejoin(form.get("code", "")).id, wanted)
            case "teach":
                word = form.get("word", "")
                address = request.client.host if request.client else ""
                teacher = self.rooms.sign_in_teacher(word, address=address)
                return self._enter(request, teacher, wanted)
            case "forget" if learner not in {None, TEACHER}:
                self.forget(str(learner))
                return self._leave(request)
            case "leave":
                return self._leave(request)
        return self._show(learner, form, problem="This form is not known here.", status=422)

    def _enter(self, request: Request, learner: str, wanted: str) -> Response:
        response = RedirectResponse(wanted, status_code=303, headers=PRIVATE)
        set_cookie(response, request, self.cookies.write(learner))
        return response

    def _leave(self, request: Request) -> Response:
        response = RedirectResponse(JOIN, status_code=303, headers=PRIVATE)
        set_cookie(response, request, "")
        return response

    def _show(
        self,
        learner: str | None,
        typed: Form,
        *,
        problem: str = "",
        is_new: bool = False,
        status: int = 200,
    ) -> Response:
        is_known = learner is not None and self.rooms.knows(learner)
        html = _pages.get_template("join.html").render(
            is_known=is_known,
            is_new=is_new,
            is_teacher=learner == TEACHER,
            name=self.rooms.nickname(learner) if learner else "",
            code=group(self.rooms.personal_code(learner)) if learner else "",
            typed={name: typed.get(name, "") for name in ("room", "nickname", "do")},
            next=own_path(typed.get("next", "/")),
            attempt=uuid4().hex,
            problem=problem,
        )
        return HTMLResponse(html, status_code=status, headers=PRIVATE)


async def _read_form(request: Request) -> Form | None:
    """Return the fields of a small form; None if it is too long to be one of ours."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            return None
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
