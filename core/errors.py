"""The one error that a learner can cause."""


class SpecError(ValueError):
    """Settings or data that cannot work; the message states the law, the value and the repair.

    Example of a message: "Variance needs at least 2 repeats, got 1."
    The page shows it as advice. Every other exception is a defect and surfaces as one.
    """


def require(condition: bool, message: str) -> None:
    """Raise ``SpecError(message)`` unless `condition` holds."""
    if not condition:
        raise SpecError(message)
