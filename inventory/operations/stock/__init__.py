"""What happens to units: received, promised, given back, shipped, corrected."""
