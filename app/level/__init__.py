"""The page of practice at the learner's level."""
