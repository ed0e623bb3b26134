"""Spark as an engine: the Java that it needs, its session, and its end with nothing left behind."""

import os
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import Any

LEAST_JAVA = 17
"""Spark 4 runs on Java 17 and newer."""
END_SECONDS = 10
"""So long the Java of Spark may take to end when it is told to."""
_NOISE = (
    (
        "PySpark does not yet fully support pandas",
        FutureWarning,
    ),  # no table goes through Spark here
    ("Spark local mode doesn't support stage-level", UserWarning),  # nobody asks for stages
    ("Spark session is not provided", UserWarning),  # the tags are of no use here
    (".apply_async. is deprecated", DeprecationWarning),  # joblib to the makers of joblibspark
)
_OWN_SETTINGS = {
    "spark.ui.enabled": "false",  # a page of Spark's own would open a port
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    # Java would reserve far more addresses than a training may have (4 GB), and then start no thread.
    "spark.driver.defaultJavaOptions": (
        "-XX:CompressedClassSpaceSize=192m -XX:ReservedCodeCacheSize=128m -XX:+UseSerialGC"
    ),
}
_OWN_VARIABLES = {
    "SPARK_LOCAL_IP": "127.0.0.1",
    "PYSPARK_PYTHON": sys.executable,
    "SPARK_DRIVER_MEMORY": "700m",
    "MALLOC_ARENA_MAX": "2",  # the C library would reserve 64 MB for each thread
}


def find_java() -> int:
    """Return the version of the Java that Spark would start here; 0 if there is none.

    Spark looks into ``JAVA_HOME`` first, and then along the path.
    """
    home = os.environ.get("JAVA_HOME")
    command = which("java", path=str(Path(home, "bin"))) if home else which("java")
    if command is None:
        return 0
    # With little memory, because a training may reserve no more than its limit.
    said = subprocess.run(
        [command, "-Xmx64m", "-version"], capture_output=True, text=True, check=False
    )
    found = re.search(r'version "(?:1\.)?(\d+)', said.stderr)  # Java 8 calls itself 1.8
    return int(found.group(1)) if found else 0


@contextmanager
def quiet_spark() -> Iterator[None]:
    """Let the warnings of pyspark and joblibspark through that mean nothing for a search."""
    with warnings.catch_warnings():
        for text, kind in _NOISE:
            warnings.filterwarnings("ignore", text, kind)
        yield


@contextmanager
def open_spark() -> Iterator[None]:
    """Let joblib know Spark, with the session that is there or one of its own that ends with it.

    Unless the variables are set, Spark listens on this machine alone (``SPARK_LOCAL_IP``), and its workers
    are of this very Python (``PYSPARK_PYTHON``).
    """
    with quiet_spark(), _default_environment():
        from joblibspark import register_spark
        from pyspark.sql import SparkSession

        register_spark()
        if SparkSession.getActiveSession() is not None:  # of a notebook: it may go on with it
            yield
            return
        session = SparkSession.builder.appName("Glassroom").config(map=_OWN_SETTINGS).getOrCreate()
        try:
            yield
        finally:
            _end(session)


@contextmanager
def _default_environment() -> Iterator[None]:
    ours = [name for name in _OWN_VARIABLES if name not in os.environ]
    os.environ.update({name: _OWN_VARIABLES[name] for name in ours})
    try:
        yield
    finally:
        for name in ours:
            os.environ.pop(name, None)


def _end(session: Any) -> None:
    """Stop the session and its Java, which would otherwise live as long as this process."""
    from pyspark import SparkContext

    session.stop()
    gateway, SparkContext._gateway = SparkContext._gateway, None  # noqa: SLF001  no public way
    SparkContext._jvm = None  # noqa: SLF001
    if gateway is None:
        return
    java: subprocess.Popen[bytes] | None = getattr(gateway, "proc", None)
    gateway.shutdown()
    if java is None:  # somebody else started it
        return
    if java.stdin is not None:
        java.stdin.close()  # the sign by which it ends itself
    try:
        java.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        java.kill()
        java.wait()
