"""The exercises of lesson 1, embeddings, in the order of the lesson."""

# isort: off
from . import encode_words as encode_words
from . import pad_sequences as pad_sequences
from . import one_hot as one_hot
from . import embedding as embedding
from . import sinusoidal_positions as sinusoidal_positions
from . import shift_rotation as shift_rotation
from . import add_positions as add_positions
