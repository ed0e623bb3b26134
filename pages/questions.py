"""The questions, for authors and teachers: key, proof, variants, and what answers say about them."""

from app.bank.page import show_bank

show_bank()
