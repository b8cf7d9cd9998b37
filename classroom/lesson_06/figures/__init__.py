"""The figures of lesson 6, a module each."""
