"""Practice at the learner's level: the next question is about as hard as one can just manage."""

from app.level.page import show_practice_run

show_practice_run()
