"""The pages of practice beyond a lesson: the mock exam."""
