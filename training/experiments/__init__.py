"""Experiments on the library: `python -m experiments.NAME`."""
