"""Contrastive Prompt Learning (CPL) for all-in-one image restoration: training, evaluation and export."""
