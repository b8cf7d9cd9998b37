"""The exercises of lesson 2: a module each, of cases, mistakes and hints."""
