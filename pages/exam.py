"""The mock exam: against the clock, with no word about right or wrong until the end."""

from app.exam.page import show_exam

show_exam()
