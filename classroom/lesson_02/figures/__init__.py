"""The figures of lesson 2, a module each."""
