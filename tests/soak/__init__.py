"""Long runs under load and with faults: `make soak`. Parts of it run in short in tests/faults."""
