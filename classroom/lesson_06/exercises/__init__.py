"""The exercises of lesson 6: a module each, of cases, mistakes and hints."""
