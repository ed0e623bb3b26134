"""What a broken program is, and how it is mended."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Bug:
    """A short program with one mistake in it."""

    name: str
    title: str
    """What the program is for; it must not give the mistake away."""
    code: str
    point: str
    """A piece of the line that is wrong; it stands in no other line."""
    mends: tuple[tuple[str, str], ...]
    """What is replaced by what, one after the other."""
    why: str
    """What went wrong and why, in a sentence or two for the learner."""

    @property
    def lines(self) -> list[str]:
        """The lines of the broken program."""
        return self.code.splitlines()

    @property
    def line(self) -> int:
        """The number of the wrong line, from 1."""
        return next(n for n, text in enumerate(self.lines, start=1) if self.point in text)

    @property
    def mended(self) -> str:
        """The program without the mistake."""
        code = self.code
        for old, new in self.mends:
            code = code.replace(old, new)
        return code
