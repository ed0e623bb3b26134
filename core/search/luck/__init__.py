"""The more you search, the luckier you get: the best of many settings against untouched rows."""
