"""The exercises of lesson 5: a module each, of cases, mistakes and hints."""
