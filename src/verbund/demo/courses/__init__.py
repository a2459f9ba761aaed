"""Courses of disease over the houses: general practice, hospital, rehabilitation, and back."""
