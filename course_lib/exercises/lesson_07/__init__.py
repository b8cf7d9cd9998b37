"""The exercises of lesson 7, backpropagation, in the order of the lesson."""

# isort: off
from . import numerical_gradient as numerical_gradient
from . import linear_backward as linear_backward
from . import embedding_backward as embedding_backward
from . import relu_backward as relu_backward
from . import gelu_backward as gelu_backward
from . import softmax_backward as softmax_backward
from . import gradient_check as gradient_check
from . import cross_entropy_backward as cross_entropy_backward
from . import layer_norm_backward as layer_norm_backward
from . import attention_backward as attention_backward
from . import multi_head_backward as multi_head_backward
from . import feed_forward_backward as feed_forward_backward
from . import residual_backward as residual_backward
from . import encoder_block_backward as encoder_block_backward
from . import stack_backward as stack_backward
