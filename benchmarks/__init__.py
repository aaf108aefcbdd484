"""Speed beside Keras: ``python -m benchmarks`` prints ratios of medians."""
