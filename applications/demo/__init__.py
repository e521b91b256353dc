"""The demonstration: an invented bank with invented customers, told through the verbs of the house.

A new story is one function in `stories` with `@story("its-name")` above it; the next `seed_demo` tells it and leaves the rest.
"""
