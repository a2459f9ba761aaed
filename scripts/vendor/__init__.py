"""Brings in what the repository keeps of other projects, with its licences."""
