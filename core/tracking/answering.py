"""MLflow's scoring server inside this process, for as long as a question takes.

The same program answers behind ``mlflow models serve``; a process of its own needs ten seconds to start
(most of them to import), and this a tenth of one. What was loaded when it began is what answers, like there.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd

from core.tracking.load import load_mlflow_models
from core.tracking.serving import HOST, Reply, as_split, post

SECONDS_BETWEEN_LOOKS = 0.005


class Answering:
    """A server that holds one model and answers over HTTP on 127.0.0.1 until it is closed."""

    def __init__(self, function: Any) -> None:
        load_mlflow_models()
        import uvicorn
        from mlflow.pyfunc import scoring_server

        config = uvicorn.Config(
            scoring_server.init(function), host=HOST, port=0, log_level="critical", lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                message = "The scoring server of MLflow did not start."
                raise RuntimeError(message)
            time.sleep(SECONDS_BETWEEN_LOOKS)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.address = f"http://{HOST}:{port}"

    def ask(self, rows: pd.DataFrame) -> Reply:
        """Send `rows` as any client would."""
        return post(f"{self.address}/invocations", {"dataframe_split": as_split(rows)})

    def close(self) -> None:
        """End it; nobody listens on its port any more."""
        self._server.should_exit = True
        self._thread.join()


@contextmanager
def answering(function: Any) -> Iterator[Answering]:
    """Hold a server open that answers with `function`, a model that was loaded generically."""
    server = Answering(function)
    try:
        yield server
    finally:
        server.close()
