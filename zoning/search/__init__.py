"""Solving well: bounds, construction, annealing, exact sub-problems, proof, and their order."""
