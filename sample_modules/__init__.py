"""Five modules that speak to each other by messages and events: a tutorial, a check that nothing drifts, and an integration test at once."""
