"""Find the bug: small programs that fail loudly or in silence, really run, then mended and run again."""
