"""The exercises of lesson 3, residual connections, norms and feed-forward, in its order."""

# isort: off
from . import relu as relu
from . import gelu as gelu
from . import feed_forward as feed_forward
from . import layer_norm as layer_norm
from . import rms_norm as rms_norm
from . import dropout as dropout
from . import residual as residual
