"""Verbund runs the digital medicine of a region: health data shared and used on the patient's terms."""

__version__ = "0.1.0"
