"""The bank for authors and teachers: every question, its key and its proof, and what answers say about it."""
