"""Writes records to files that other programs read."""
