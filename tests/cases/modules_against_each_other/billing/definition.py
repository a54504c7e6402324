"""Bills; depends on what depends on it."""

from coregen_runtime import EntitySchema, FieldSchema, ModuleDefinition, Subscription

module = ModuleDefinition(
    id="billing",
    version="1.0.0",
    depends_on=["catalog"],
    entities=[EntitySchema(name="Customer", id_prefix="cust", fields=[FieldSchema(key="since", type="date")])],
    subscriptions=[Subscription(event="order.place", handler="on_order_placed")],
)
