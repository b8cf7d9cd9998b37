"""The figures of lesson 8, a module each."""
