"""The figures of lesson 9, a module each."""
