"""Two modules that depend on each other: a tutorial, a check that nothing drifts, and an integration test at once."""
