"""What is bought: orders and their lines, and an order's life from draft to shipped or cancelled."""

from __future__ import annotations

from coregen_runtime import (
    Assign,
    CommandSchema,
    Emit,
    EntitySchema,
    EventSchema,
    F,
    FieldSchema,
    ModuleDefinition,
    StateMachine,
    StateNode,
    Transition,
    Validators,
)

order = EntitySchema(
    name="Order",
    id_prefix="ord",
    fields=[
        FieldSchema(key="number", type="string", required=True, unique=True, validators=[Validators.pattern(r"^[A-Z0-9-]{1,20}$")]),
        FieldSchema(key="customerName", type="string", required=True, validators=[Validators.max_length(120)]),
        FieldSchema(key="customerEmail", type="string", sensitive=True, validators=[Validators.email()]),
        FieldSchema(key="total", type="money", default={"amount": 0, "currency": "EUR"}),
        FieldSchema(key="placedBy", type="string"),
        FieldSchema(key="trackingCode", type="string", validators=[Validators.max_length(60)]),
    ],
)

line = EntitySchema(
    name="OrderLine",
    id_prefix="line",
    fields=[
        FieldSchema(key="order", type="ref", ref_entity="Order", required=True),
        FieldSchema(key="product", type="ref", ref_entity="catalog.Product", required=True),
        FieldSchema(key="quantity", type="number", required=True, validators=[Validators.integer(), Validators.positive()]),
        FieldSchema(key="unitPrice", type="money", required=True),
    ],
    unique_constraints=[["order", "product"]],
)

lifecycle = StateMachine(
    id="order-fsm",
    entity_type="Order",
    initial="draft",
    states={
        "draft": StateNode(
            label="Draft",
            color="#94A3B8",
            on={
                "place": Transition(
                    target="placed",
                    guard=F("order.total.amount") > 0,
                    actions=[
                        Assign(field="placedBy", value={"ref": "actor.id"}),
                        Emit(event="order.placed", payload={"number": {"ref": "order.number"}, "total": {"ref": "order.total"}}),
                    ],
                ),
                "cancel": Transition(target="cancelled"),
            },
        ),
        "placed": StateNode(
            label="Placed",
            color="#F59E0B",
            on={"pay": Transition(target="paid"), "cancel": Transition(target="cancelled", actions=[Emit(event="order.cancelled")])},
        ),
        "paid": StateNode(
            label="Paid",
            color="#22C55E",
            on={
                "ship": Transition(
                    target="shipped",
                    guard=F("payload.trackingCode").exists(),
                    actions=[Assign(field="trackingCode", value={"ref": "payload.trackingCode"})],
                )
            },
        ),
        "shipped": StateNode(label="Shipped", color="#3B82F6", terminal=True),
        "cancelled": StateNode(label="Cancelled", color="#64748B", terminal=True),
    },
)

module = ModuleDefinition(
    id="ordering",
    version="1.0.0",
    description="What is bought.",
    depends_on=["catalog"],
    entities=[order, line],
    fsms=[lifecycle],
    commands=[
        CommandSchema(
            type="ordering.addLine",
            description="Put a quantity of a published product on a draft order, at the product's price of now.",
            payload=[
                FieldSchema(key="order", type="ref", ref_entity="Order", required=True),
                FieldSchema(key="product", type="ref", ref_entity="catalog.Product", required=True),
                FieldSchema(key="quantity", type="number", required=True, validators=[Validators.integer(), Validators.positive()]),
            ],
            result="Order",
        )
    ],
    events=[
        EventSchema(
            type="order.placed",
            payload=[FieldSchema(key="number", type="string", required=True), FieldSchema(key="total", type="money", required=True)],
        )
    ],
)
