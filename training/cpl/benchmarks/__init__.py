"""Test sets and their protocols."""
