"""The exercises of lesson 7: a module each, of cases, mistakes and hints."""
