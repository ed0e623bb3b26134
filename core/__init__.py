"""The experiments: every number in the classroom is computed here, without Streamlit."""
