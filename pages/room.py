"""The class: its code and who is here, for the teacher; one's own place and "I am ready", for a learner."""

from app.room import show_room

show_room()
