"""How much faster many workers are at best: waves, and the part that cannot be shared."""

import math


def count_waves(n_tasks: int, workers: int) -> int:
    """Return how many rounds `workers` need for tasks that all take equally long.

    Check by eye: 50 tasks on 4 workers take 13 rounds; the last one leaves 2 workers idle.
    """
    return -(-n_tasks // workers)


def wave_speed(n_tasks: int, workers: int) -> float:
    """Return how many times faster `workers` are than one, with tasks that all take equally long.

    Check by eye: 24 tasks on 8 workers: 24 / 3 = 8 times; on 7 workers 24 / 4 = 6 times.
    """
    return n_tasks / count_waves(n_tasks, workers)


def amdahl_speed(serial: float, workers: float) -> float:
    """Return how many times faster `workers` are if the share `serial` of the work cannot be divided.

    1 / (s + (1 − s) / w), Amdahl 1967. Check by eye: a tenth serial on 10 workers: 1 / 0.19 = 5.3 times.
    """
    return 1 / (serial + (1 - serial) / workers)


def amdahl_ceiling(serial: float) -> float:
    """Return what no number of workers can exceed: 1 / s; infinite if nothing is serial."""
    return 1 / serial if serial else math.inf
