"""The shell around the lessons: launcher, menu, lesson frame, link, live stage, theme."""
