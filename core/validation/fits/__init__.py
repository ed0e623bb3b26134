"""How many models will this train? Every call of fit counted while scikit-learn really runs."""
