"""Numbers with check characters, and the blocks of them that devices hold."""
