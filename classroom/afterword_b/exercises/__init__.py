"""The exercises of afterword B: a module each, of cases, mistakes and hints."""
