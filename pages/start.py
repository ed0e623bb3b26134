"""The start page: the map of the course, and how far the learner is."""

from app.start import show_map

show_map()
