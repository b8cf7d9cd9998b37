"""The exercises of lesson 4: a module each, of cases, mistakes and hints."""
