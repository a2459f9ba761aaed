"""Benchmarks of the hot paths; `make bench` runs all, `python -m bench store` one."""
