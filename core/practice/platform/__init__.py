"""Runs behind the questions on a platform that does not run here: its rules, played with open tools."""
