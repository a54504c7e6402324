"""The handlers of each entity's own messages of inventory."""
