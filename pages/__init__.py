"""One thin file per lesson, in a folder per chapter: words and controls, no maths."""
