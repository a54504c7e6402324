from coregen_runtime import CommandSchema, EntitySchema, F, FieldSchema, ModuleDefinition, StateMachine, StateNode, Transition, Validators

ticket = EntitySchema(
    name="Ticket",
    fields=[
        FieldSchema(key="title", type="string", requird=True, default=5),
        FieldSchema(key="due", typ="date"),
        FieldSchema(key="effort", type="number", default="much"),
        FieldSchema(key="size", type="enum"),
        FieldSchema(key="owner", type="ref", ref_entity="Agnt"),
        FieldSchema(key="name", type="string", validators=[Validators.max_length("x")]),
    ],
    unique_constraints=[["titel"]],
    indexes=[["size"]],
)
agent = EntitySchema(name="Agent", fields=[FieldSchema(key="name", type="strng")])
queue = EntitySchema(fields=[])
life = StateMachine(
    id="ticket-life",
    entity_type="Ticket",
    initial="open",
    states={
        "open": StateNode(on={"close": Transition(target="closed", guard=F("ticket.titel") == 1), "park": Transition(target=7), "x": Transition(target="gone")}),
        "closed": StateNode(terminal="yes"),
        "parked": StateNode(terminal=True),
    },
)
module = ModuleDefinition(
    id="desk",
    version="1",
    entities=[ticket, agent, queue],
    fsms=[life],
    commands=[CommandSchema(type="desk.close"), CommandSchema(type="desk.close"), CommandSchema(type="desk.open", payload=[FieldSchema(key="a", type="ref", ref_entity="Queue")])],
    subscriptions=[{"event": 5}],
)
