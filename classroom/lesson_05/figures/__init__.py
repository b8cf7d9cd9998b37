"""The figures of lesson 5, a module each."""
