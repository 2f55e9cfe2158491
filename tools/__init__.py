"""What maintainers run, and no wheel carries."""
