"""The log: who did what to which record, when and why, so that nobody can change it unseen."""
