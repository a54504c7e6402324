"""A definition that computes something, and fails."""

from coregen_runtime import EntitySchema, FieldSchema, ModuleDefinition

PRICES = {"small": "4.50"}
entities = [EntitySchema(name=name.title(), fields=[FieldSchema(key="price", type="money", default=PRICES[name])]) for name in ("small", "large")]
module = ModuleDefinition(id="menu", version="1", entities=entities)
