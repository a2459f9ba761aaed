"""Mutation testing: what is changed, and whether a test notices."""
