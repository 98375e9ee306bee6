"""What is compared, a module each."""
