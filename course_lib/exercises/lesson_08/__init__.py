"""The exercises of lesson 8, the training loop, in the order of the lesson."""

# isort: off
from . import sgd_step as sgd_step
from . import momentum_update as momentum_update
from . import adam_update as adam_update
from . import warmup_cosine as warmup_cosine
from . import clip_by_global_norm as clip_by_global_norm
from . import minibatches as minibatches
from . import teacher_forcing as teacher_forcing
from . import train_step as train_step
