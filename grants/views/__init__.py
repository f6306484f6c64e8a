"""HTTP in, HTML out: by audience."""
