"""What is sold: products, the categories they stand in, and their life from draft to retired."""

from __future__ import annotations

from coregen_runtime import (
    CommandSchema,
    Emit,
    EntitySchema,
    EventSchema,
    F,
    FieldSchema,
    ModuleDefinition,
    StateMachine,
    StateNode,
    Subscription,
    Transition,
    Validators,
)

dimensions = {
    "type": "object",
    "description": "The outer measures of a parcel",
    "properties": {
        "width": {"type": "number", "exclusiveMinimum": 0},
        "height": {"type": "number", "exclusiveMinimum": 0},
        "depth": {"type": "number", "exclusiveMinimum": 0},
        "unit": {"enum": ["cm", "in"]},
    },
    "required": ["width", "height", "depth", "unit"],
    "additionalProperties": False,
}

price_list = {
    "type": "object",
    "description": "A supplier's list, as it comes",
    "properties": {
        "currency": {"enum": ["EUR", "GBP", "USD"]},
        "rows": {"type": "array", "items": {"$ref": "#/$defs/Row"}, "minItems": 1, "maxItems": 500},
    },
    "required": ["currency", "rows"],
    "$defs": {
        "Row": {
            "type": "object",
            "description": "A product in a supplier's list; what else a supplier tells stays unread",
            "properties": {
                "article-no": {"type": "string", "pattern": "^[A-Z0-9-]{3,20}$"},
                "name": {"type": "string", "minLength": 1, "maxLength": 120},
                "price": {"type": "string", "pattern": "^[0-9]{1,9}\\.[0-9]{2}$"},
            },
            "required": ["article-no", "name", "price"],
        }
    },
}

category = EntitySchema(
    name="Category",
    id_prefix="cat",
    fields=[FieldSchema(key="name", type="string", required=True, unique=True, validators=[Validators.max_length(80)])],
)

product = EntitySchema(
    name="Product",
    id_prefix="prod",
    fields=[
        FieldSchema(key="name", type="string", required=True, searchable=True, validators=[Validators.max_length(120)]),
        FieldSchema(key="sku", type="string", required=True, unique=True, validators=[Validators.pattern(r"^[A-Z0-9-]{3,20}$")]),
        FieldSchema(key="price", type="money", required=True),
        FieldSchema(key="category", type="ref", ref_entity="Category"),
        FieldSchema(key="dimensions", type="json", json_schema=dimensions),
        FieldSchema(
            key="ordered",
            type="number",
            default=0,
            description="Units in orders that were placed, so far.",
            validators=[Validators.integer(), Validators.min(0)],
        ),
    ],
)

lifecycle = StateMachine(
    id="product-fsm",
    entity_type="Product",
    initial="draft",
    states={
        "draft": StateNode(
            label="Draft",
            color="#94A3B8",
            on={
                "publish": Transition(
                    target="published",
                    guard=F("product.price.amount") > 0,
                    actions=[Emit(event="product.published", payload={"sku": {"ref": "product.sku"}})],
                )
            },
        ),
        "published": StateNode(label="Published", color="#22C55E", on={"retire": Transition(target="retired")}),
        "retired": StateNode(label="Retired", color="#64748B", terminal=True),
    },
)

module = ModuleDefinition(
    id="catalog",
    version="1.0.0",
    description="What is sold.",
    entities=[product, category],
    fsms=[lifecycle],
    commands=[
        CommandSchema(
            type="catalog.reprice",
            description="Change the price of every published product by a percentage; a draft or a retired product keeps its own.",
            payload=[
                FieldSchema(key="percent", type="number", unit="%", required=True),
                FieldSchema(key="category", type="ref", ref_entity="Category"),
            ],
            result=[FieldSchema(key="changed", type="number", required=True, validators=[Validators.integer()])],
        ),
        CommandSchema(
            type="catalog.importProducts",
            description="Make a draft of every row of a supplier's list, or of none.",
            payload=price_list,
            result=[FieldSchema(key="imported", type="number", required=True, validators=[Validators.integer()])],
        ),
    ],
    events=[EventSchema(type="product.published", payload=[FieldSchema(key="sku", type="string", required=True)])],
    subscriptions=[Subscription(event="ordering/order.placed", handler="on_order_placed")],
)
