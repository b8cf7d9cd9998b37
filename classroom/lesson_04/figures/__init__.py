"""The figures of lesson 4, a module each."""
