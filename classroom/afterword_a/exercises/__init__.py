"""The exercises of afterword A: a module each, of cases, mistakes and hints."""
