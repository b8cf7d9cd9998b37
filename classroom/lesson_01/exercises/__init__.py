"""The exercises of lesson 1: a module each, of cases, mistakes and hints."""
