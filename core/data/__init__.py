"""What is in the table: profiles, splits, missing values and outliers."""
