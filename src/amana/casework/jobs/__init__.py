"""Long work in the background: progress that can be left and found again."""
