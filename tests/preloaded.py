"""Programs that begin with the usual libraries imported: importing takes longer than most of them.

One process imports the libraries and then divides for each program. The part that runs the program
is as fresh as a new Python: its own folder, environment, `__main__` and end.
"""

import atexit
import json
import os
import subprocess
import sys
from contextlib import suppress

LIBRARIES = (
    "numpy", "pandas", "scipy.stats", "sklearn.calibration", "sklearn.cluster", "sklearn.compose",
    "sklearn.datasets", "sklearn.dummy", "sklearn.ensemble", "sklearn.impute", "sklearn.inspection",
    "sklearn.linear_model", "sklearn.metrics", "sklearn.model_selection", "sklearn.naive_bayes",
    "sklearn.neighbors", "sklearn.pipeline", "sklearn.preprocessing", "sklearn.svm", "sklearn.tree",
)  # fmt: skip

SERVE = """
import importlib, json, os, sys, types, warnings

for library in sys.argv[1:]:
    importlib.import_module(library)
for line in sys.stdin:
    order = json.loads(line)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of dividing beside a library's thread
        part = os.fork()
    if not part:
        for number, name in enumerate((os.devnull, order["out"], order["err"])):
            file = os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(file, number)
            os.close(file)
        os.chdir(order["folder"])
        os.environ.clear()
        os.environ.update(order["environment"])
        sys.argv = [order["program"]]
        main = sys.modules["__main__"] = types.ModuleType("__main__")
        main.__file__ = os.path.join(order["folder"], order["program"])
        with open(main.__file__, "rb") as file:
            code = compile(file.read(), main.__file__, "exec")
        exec(code, main.__dict__)
        sys.exit()
    print(os.waitstatus_to_exitcode(os.waitpid(part, 0)[1]), flush=True)
"""

_server: tuple[list[str], subprocess.Popen] | None = None


def can_divide() -> bool:
    """Whether a process with these libraries can be divided safely."""
    return sys.platform == "linux"


def run_preloaded(options, program, folder, environment, apart):
    """Run a program of `folder` under these options of Python; keep what it says in `apart`."""
    server = _serve(options, environment)
    out, err = apart / "out.txt", apart / "err.txt"
    places = {"folder": str(folder), "out": str(out), "err": str(err)}
    order = json.dumps(places | {"program": program, "environment": dict(environment)})
    server.stdin.write(order + "\n")
    server.stdin.flush()
    answer = server.stdout.readline()
    assert answer, f"The process that imports the libraries ended: {server.wait()}"
    said, complained = (path.read_text(encoding="utf-8") for path in (out, err))
    return subprocess.CompletedProcess([program], int(answer), said, complained)


def _serve(options, environment):
    """Return the process that was started under these options, or start it in place of another."""
    global _server  # noqa: PLW0603
    if _server is None or _server[0] != options or _server[1].poll() is not None:
        _end()
        server = subprocess.Popen(
            [sys.executable, *options, "-c", SERVE, *LIBRARIES],
            env=environment,
            cwd=os.sep,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        _server = (options, server)
    return _server[1]


@atexit.register
def _end():
    if _server is not None:
        with suppress(OSError):
            _server[1].stdin.close()
        _server[1].stdout.close()
        _server[1].wait()
