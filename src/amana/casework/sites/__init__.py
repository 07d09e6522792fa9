"""Sites, and the spots in them where remains lay."""
