"""Deleting a person: what goes, what stays by law and why, what stands in the way."""
