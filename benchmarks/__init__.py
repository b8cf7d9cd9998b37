"""What a training step costs beside PyTorch and beside its bare matrix products."""
