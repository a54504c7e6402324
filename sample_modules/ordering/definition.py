"""What is bought: orders and their lines, and an order's life from draft to shipped or cancelled; paying and refunding are told to the ledger."""

from __future__ import annotations

from coregen_runtime import (
    Assign,
    CommandSchema,
    Dispatch,
    Emit,
    EntitySchema,
    EventSchema,
    F,
    FieldSchema,
    ModuleDefinition,
    StateMachine,
    StateNode,
    Subscription,
    TimedTransition,
    Transition,
    Validators,
)

DAY = 86_400_000
BANK, SALES = "1200", "4000"

order = EntitySchema(
    name="Order",
    id_prefix="ord",
    fields=[
        FieldSchema(key="number", type="string", required=True, unique=True, validators=[Validators.pattern(r"^[A-Z0-9-]{1,20}$")]),
        FieldSchema(key="customer", type="ref", ref_entity="identity.User"),
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
            on={
                "pay": Transition(
                    target="paid",
                    actions=[
                        Dispatch(
                            command="ledger.postTransaction",
                            payload={
                                "reference": {"ref": "order.id"},
                                "description": {"ref": "order.number"},
                                "entries": [
                                    {"account": BANK, "side": "debit", "amount": {"ref": "order.total"}},
                                    {"account": SALES, "side": "credit", "amount": {"ref": "order.total"}},
                                ],
                            },
                        )
                    ],
                ),
                "cancel": Transition(target="cancelled"),
            },
            after=[TimedTransition(delay=14 * DAY, target="cancelled")],
        ),
        "paid": StateNode(
            label="Paid",
            color="#22C55E",
            on={
                "ship": Transition(
                    target="shipped",
                    guard=F("payload.trackingCode").exists(),
                    actions=[
                        Assign(field="trackingCode", value={"ref": "payload.trackingCode"}),
                        Emit(event="order.shipped", payload={"number": {"ref": "order.number"}, "trackingCode": {"ref": "order.trackingCode"}}),
                    ],
                ),
                "refund": Transition(
                    target="cancelled",
                    actions=[Dispatch(command="ledger.reverseTransaction", payload={"reference": {"ref": "order.id"}})],
                ),
            },
        ),
        "shipped": StateNode(label="Shipped", color="#3B82F6", terminal=True),
        "cancelled": StateNode(
            label="Cancelled",
            color="#64748B",
            terminal=True,
            entry=[Emit(event="order.cancelled", payload={"number": {"ref": "order.number"}})],
        ),
    },
)

module = ModuleDefinition(
    id="ordering",
    version="1.0.0",
    description="What is bought.",
    depends_on=["catalog", "identity", "ledger"],
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
        ),
        EventSchema(type="order.cancelled", payload=[FieldSchema(key="number", type="string", required=True)]),
        EventSchema(
            type="order.shipped",
            payload=[FieldSchema(key="number", type="string", required=True), FieldSchema(key="trackingCode", type="string", required=True)],
        ),
    ],
    subscriptions=[Subscription(event="identity/user.suspended", handler="on_user_suspended")],
)
