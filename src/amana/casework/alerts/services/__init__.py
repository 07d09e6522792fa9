"""Writing alerts: how they come, what the desk does with them."""
