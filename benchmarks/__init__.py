"""What the engine costs beside hand-written code: `python -m benchmarks`, from the checkout."""
