"""The figures of afterword B, a module each."""
