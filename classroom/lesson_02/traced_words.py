"""The three words that lesson 2 traces by hand: "Quoth the raven", with d_k = 4 and d_v = 2.

The keys hold a factor ln 2, so that every exp is a power of 2 and every weight a short decimal.
"""

import numpy as np

X = np.array([[1.0, 0, 0, 0], [0, 1, 0, 1], [0, 0, 1, 2]])
Q = np.array([[0.0, -1, 0, 1], [0, -1, 4, 1], [2, 0, 0, 0]])
K = np.log(2) * X
V = np.array([[4.0, 0], [0, 4], [8, 4]])

SCORES = np.log(2) * np.array([[0.0, 0, 1], [0, 0, 3], [1, 0, 0]])
WEIGHTS = np.array([[0.25, 0.25, 0.5], [0.1, 0.1, 0.8], [0.5, 0.25, 0.25]])
OUT = np.array([[5, 3], [6.8, 3.6], [4, 2]])
CAUSAL_OUT = np.array([[4, 0], [2, 2], [4, 2]])
