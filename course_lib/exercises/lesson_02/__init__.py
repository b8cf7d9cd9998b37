"""The exercises of lesson 2, attention, in the order of the lesson."""

# isort: off
from . import attention_scores as attention_scores
from . import softmax as softmax
from . import causal_mask as causal_mask
from . import padding_mask as padding_mask
from . import scaled_dot_product_attention as scaled_dot_product_attention
from . import split_heads as split_heads
from . import merge_heads as merge_heads
from . import multi_head_attention as multi_head_attention
