"""Pages of people at work across stages."""
