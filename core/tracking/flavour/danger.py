"""A pickle that would run a command: written by hand, read opcode by opcode, and never loaded."""

import pickletools

import pandas as pd

COMMAND = "echo this could have been anything"
TRAP = f"cos\nsystem\n(S'{COMMAND}'\ntR.".encode()
"""46 bytes or so that are a lawful pickle. Nobody here loads them."""
MEANINGS = {
    "GLOBAL": "fetch this function, whatever it is",
    "STRING": "put this text beside it",
    "REDUCE": "call the function with the text: now, while the file is read",
}


class Stranger:
    """Something in a model that nobody has put on a list."""


def read_trap() -> pd.DataFrame:
    """Return the opcodes of a pickle that would run a command when it is loaded.

    One row per opcode: ``position`` (byte), ``opcode``, ``argument`` (text), ``meaning`` (empty where the
    opcode only moves things about).
    """
    rows = [
        {
            "position": int(position or 0),
            "opcode": code.name,
            "argument": "" if argument is None else str(argument),
            "meaning": MEANINGS.get(code.name, ""),
        }
        for code, argument, position in pickletools.genops(TRAP)
    ]
    words = dict.fromkeys(("opcode", "argument", "meaning"), "str")
    return pd.DataFrame(rows).astype(words)


def find_strange_types() -> list[str]:
    """Return what skops finds in a file before it loads anything: types that are on nobody's list."""
    import skops.io  # type: ignore[import-untyped]

    return [str(name) for name in skops.io.get_untrusted_types(data=skops.io.dumps(Stranger()))]
