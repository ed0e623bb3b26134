"""How good is a model? Scores of really trained models, and what each score leaves out."""
