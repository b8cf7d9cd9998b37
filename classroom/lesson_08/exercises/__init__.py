"""The exercises of lesson 8: a module each, of cases, mistakes and hints."""
