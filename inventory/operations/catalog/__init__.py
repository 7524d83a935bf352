"""What is sold, and under which name on which channel."""
