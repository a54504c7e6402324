"""A membership of a club, as someone writes it who has not read the reference."""

from coregen_runtime import Assign, Emit, EntitySchema, F, FieldSchema, ModuleDefinition, StateMachine, StateNode, Transition, Validators

LEVELS = ("basic", "gold")


def text(key, **more):
    return FieldSchema(key=key, type="text", **more)


member = EntitySchema(
    name="member!",
    idprefix="mem",
    fields=[
        text("first_name"),
        FieldSchema(key="e.mail", type="string", validators=[Validators.email()]),
        FieldSchema(key="level", type="enum", enumValues=LEVELS, requierd=True),
        FieldSchema(key="since", type="date", default="today"),
        *[FieldSchema(key=f"line{number}", type="strng") for number in (1, 2)],
        {"key": "note", "type": "string", "max_length": 20},
    ],
)

life = StateMachine(
    id="membership",
    entity="Member",
    initial="applied",
    states={
        "applied": StateNode(
            on={
                "accept": Transition(target="active", guard=F("member.level"), actions=[Emit(evnt="member.accepted"), Assign(field="since")]),
                "refuse": "refused",
            }
        ),
        "active": {"terminal": "yes"},
    },
)

module = ModuleDefinition(id="club", version=1, entities=[member], fsms=[life], depends_on="billing")
