from coregen_runtime import CommandSchema, Emit, EntitySchema, F, FieldSchema, ModuleDefinition, StateMachine, StateNode, Transition, Validators

product = EntitySchema(
    name="Product",
    id_prefix="prod",
    fields=[
        FieldSchema(key="name", type="string", required=True, searchable=True, validators=[Validators.max_length(120)]),
        FieldSchema(key="sku", type="string", required=True, unique=True, validators=[Validators.pattern(r"^[A-Z0-9-]{3,20}$")]),
        FieldSchema(key="price", type="money", required=True),
        FieldSchema(key="category", type="ref", ref_entity="Categry"),
    ],
)
category = EntitySchema(name="Category", id_prefix="cat", fields=[FieldSchema(key="name", type="string", required=True, unique=True)])

lifecycle = StateMachine(
    id="product-fsm",
    entity_type="Product",
    initial="draft",
    states={
        "draft": StateNode(
            on={
                "publish": Transition(
                    target="published",
                    guard=F("product.prise") > 0,
                    actions=[Emit(event="product.published")],
                )
            }
        ),
        "published": StateNode(on={"retire": Transition(target="retired")}),
        "retired": StateNode(terminal=True),
    },
)

module = ModuleDefinition(
    id="catalog",
    version="1.0.0",
    entities=[product, category],
    fsms=[lifecycle],
    commands=[CommandSchema(type="catalog.reprice", payload=[FieldSchema(key="percent", type="number", required=True)], result=[FieldSchema(key="changed", type="number", required=True)])],
)
