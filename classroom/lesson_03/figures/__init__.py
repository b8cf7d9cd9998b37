"""The figures of lesson 3, a module each."""
