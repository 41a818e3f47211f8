"""Helpers for tests in several rooms."""
