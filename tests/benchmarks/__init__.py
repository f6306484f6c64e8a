"""Speed, measured: `make bench` (see docs/benchmarks.md). Nothing here is collected by pytest."""
