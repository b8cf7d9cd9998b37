"""The exercises of lesson 9: a module each, of cases, mistakes and hints."""
