"""The configuration of inventory: the defaults of its definition, overlaid by the application's."""

from __future__ import annotations

from coregen_runtime import Model, SystemContext, Text, module_config


class InventoryConfig(Model):
    """The configuration of inventory, with its defaults."""

    location: Text = "MAIN"


def inventory_config(ctx: SystemContext) -> InventoryConfig:
    """The configuration, whichever module's handler asks. Raises CoreError where the application gave what it does not take."""
    return module_config(
        ctx,
        "inventory",
        InventoryConfig,
    )
