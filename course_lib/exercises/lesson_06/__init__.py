"""The exercises of lesson 6, softmax and loss, in the order of the lesson."""

# isort: off
from . import log_softmax as log_softmax
from . import cross_entropy as cross_entropy
from . import perplexity as perplexity
from . import bits_per_character as bits_per_character
from . import entropy as entropy
from . import kl_divergence as kl_divergence
from . import logits_gradient as logits_gradient
from . import expected_calibration_error as expected_calibration_error
