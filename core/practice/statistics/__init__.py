"""What the answers of many people say about the questions, and how far that can be trusted."""
