"""Own account and organisations, their people, and what an invitation opens."""
