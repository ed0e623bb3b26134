"""The spaced review: what is due today, and what the record says about the learner."""

from app.spaced.page import show_review

show_review()
