"""The exercises of lesson 4, blocks, in the order of the lesson."""

# isort: off
from . import encoder_block as encoder_block
from . import stack as stack
from . import decoder_block as decoder_block
from . import count_parameters as count_parameters
from . import read_out_after_blocks as read_out_after_blocks
from . import logits_without as logits_without
