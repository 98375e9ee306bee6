"""What flows through a chain and who handles it; standard library only."""
