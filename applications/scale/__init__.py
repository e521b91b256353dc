"""A register of national size for rehearsals: a few specimens told through the verbs of the house, each multiplied by COPY.

Whatever the verbs wrote of a specimen is written again for every further one, with its own keys, numbers, people, names and
days. So the load follows the models and the verbs, and what must be true of one is true of millions.
"""
