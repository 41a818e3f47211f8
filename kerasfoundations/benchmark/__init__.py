"""How long an epoch takes: the loop from scratch against `fit`, other libraries, and the floor.

Each contestant trains the first network, 784-512-10 with RMSprop on batches of 128, in its own
process, and runs one epoch on request. They take turns: an epoch of the first, of the second, …,
and again. So whatever slows the machine for a while slows all of them, and the ratio of two
contestants is taken within each round before its median is taken over the rounds.

The **floor** is the matrix products of an epoch and nothing else, by the fastest of several
libraries: no loop that multiplies the same matrices can be faster.
"""
