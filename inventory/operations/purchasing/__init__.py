"""What people do about buying."""
