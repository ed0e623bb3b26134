"""Threat T8: one person cannot fill the server's memory with uploads."""

import asyncio

from app.quota import N_UPLOADS, WINDOW_SECONDS, UploadQuota

PATH = "/_stcore/upload_file/session/file"


class Trial:
    def __init__(self, max_mb=10):
        self.now, self.passed = 0.0, 0
        self.quota = UploadQuota(self.take, max_mb, clock=lambda: self.now)

    async def take(self, scope, receive, send):
        self.passed += 1

    def send(self, learner="p1", n_bytes: int | None = 1000, method="PUT", path=PATH):
        headers = [(b"x-glassroom-learner", learner.encode())]
        headers += [] if n_bytes is None else [(b"content-length", str(n_bytes).encode())]
        answers = []

        async def keep(message):
            answers.append(message)

        scope = {"type": "http", "method": method, "path": path, "headers": headers}
        asyncio.run(self.quota(scope, None, keep))
        return answers[0]["status"] if answers else 200


def test_t8_a_person_may_upload_so_many_megabytes_in_ten_minutes_and_others_are_not_held_up():
    trial = Trial(max_mb=10)
    assert trial.send(n_bytes=9 * 2**20) == 200
    assert trial.send(n_bytes=2 * 2**20) == 429
    assert trial.send("p2", n_bytes=9 * 2**20) == 200
    trial.now += WINDOW_SECONDS + 1
    assert trial.send(n_bytes=9 * 2**20) == 200
    assert trial.passed == 3


def test_t8_a_person_may_upload_twenty_files_in_ten_minutes():
    trial = Trial()
    codes = [trial.send() for _ in range(N_UPLOADS + 5)]
    assert codes == [200] * N_UPLOADS + [429] * 5


def test_an_upload_that_does_not_say_how_long_it_is_is_refused():
    trial = Trial()
    assert trial.send(n_bytes=None) == 411


def test_what_is_no_upload_costs_nothing():
    trial = Trial()
    assert trial.send(method="DELETE", n_bytes=10**9) == 200
    assert trial.send(method="PUT", path="/elsewhere", n_bytes=10**9) == 200
