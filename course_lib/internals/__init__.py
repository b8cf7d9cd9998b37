"""What no lesson is about: checks and their sentences, sums, files, memory, BLAS threads."""
