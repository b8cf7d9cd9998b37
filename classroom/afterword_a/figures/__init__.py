"""The figures of afterword A, a module each."""
