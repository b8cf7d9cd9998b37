"""The exercises of lesson 3: a module each, of cases, mistakes and hints."""
