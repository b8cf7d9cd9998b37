"""Tests of the transformer itself, from `vocab` to `checkpoint`."""
