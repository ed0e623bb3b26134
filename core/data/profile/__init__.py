"""What is in this table? Every column and every pair of columns, and what is wrong with them."""
