"""Restoration networks. Each takes an image [B, 3, H, W] in 0..1 and returns (restored, Routing); see `restorer.py`."""
