"""The figures of lesson 7, a module each."""
