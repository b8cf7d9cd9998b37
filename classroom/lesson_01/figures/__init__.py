"""The figures of lesson 1, a module each."""
