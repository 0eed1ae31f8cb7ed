"""What leaves the bureau."""
