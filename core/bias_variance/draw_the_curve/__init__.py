"""Draw the validation curve before it is shown: what one believes, and what is measured."""
