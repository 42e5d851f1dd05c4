"""Pages over the store's questions. The only room that imports streamlit."""
