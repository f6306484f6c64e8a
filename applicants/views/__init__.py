"""Views by audience: applicants, and the staff of the call."""
