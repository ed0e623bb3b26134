"""The bank for other programs: question formats, a sheet to print, and attempts as a table."""
