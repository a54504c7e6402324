"""Names that nobody would choose and somebody has: what is legal and hard, all at once. The module `cellar` refers to it and back."""

from coregen_runtime import (
    Assign,
    CommandSchema,
    Dispatch,
    Emit,
    EntitySchema,
    EventSchema,
    F,
    FieldSchema,
    Log,
    MachineMeta,
    ModuleDefinition,
    QuerySchema,
    StateMachine,
    StateNode,
    Subscription,
    TimedTransition,
    Transition,
    Validators,
)


def each(names: str) -> list[str]:
    return names.split()


LABEL = "*/ \"\"\" {{ nothing }} {% raw %} ''' \\ \\N{DASH} \t #} <b>&amp;</b> ${x} `tick` \u202e\u2028 🙂 ﷽"
LONG = "aName" + "ThatGoesOn" * 19 + "Right"
KEYWORDS = each("False None True and_ as assert async await break class continue def del elif else except finally for from global if import in is lambda")
KEYWORDS += each("nonlocal or_ pass raise return try while with yield match case type _ __ ___")
BUILTINS = each("list dict set tuple str int float bool object property classmethod staticmethod super print id_ len map filter max input hash")
PYDANTIC = (
    each("copy json schema construct validate model_dump model_config model_fields model_post_init model_x register mro fields from_orm __private__")
)
OURS = (
    each("new replace cls self changes Changes expectedversion organization_id created_at updated_at deleted_at Version Meta ID type date Date text money")
)
SQL = each("select SELECT from_ order group by where table index primary key rowid oid xmin ctid tableoid default values user sqlite_x pg_class head t l coregen_table coregen_index")
SCRIPT = each("constructor prototype toString hasOwnProperty valueOf length name items properties anyOf required $defs $id definitions title")
SQUASHED = each("userId userID user_id UserId USER_ID user-id user·id ｕser_ｉd HTTPServer HttpServer http_server price priceAmount price_amount a__b a_b aB")
UNLIKE = ["first-name", "@type", "2fa", "$", "x y", "Größe", "größe", "GRÖSSE", "\u00e9t\u00e9", "e\u0301te\u0301", "名前", "हिन्दी", "ชื่อ", "🙂", "a/b", "a~b", "a%b"]
UNLIKE += ["+1", "-1", "#", '"quoted"', "it's", "back\\slash", "{{ x }}", "{x}", "*/", "a,b", "a;b", "a:b", "[0]", "<b>", "?", "&amp;", "100", "xml:lang", LONG]

VALUES = ["", " ", "\n", "\t", '"', "'", "\\", "None", "mro", "name", "value", "_value_", "1st", "2.5", "a", "A", "a b", "a-b", "A_B", "\u00e9", "e\u0301", "É"]
VALUES += ["Won't Implement", "null", "true", "*/", '"""', "{{ x }}", "${x}", "🙂", "名前", "__init__", "_", "VALUE", LONG, "class", "Class", "ß", "SS", "ﬁ", "fi"]


def text(key: str, **more: object) -> FieldSchema:
    return FieldSchema.model_validate({"key": key, "type": "string", "label": LABEL, "description": LABEL, **more})


KEYS = list(dict.fromkeys([*KEYWORDS, *BUILTINS, *PYDANTIC, *OURS, *SQL, *SCRIPT, *SQUASHED, *UNLIKE]))

ugly = EntitySchema(
    name="Ugly",
    id_prefix="ugly",
    description=LABEL,
    fields=[text(key) for key in KEYS],
    unique_constraints=[["class"], ["first-name", "Größe"], ["userId"], ["user_id"]],
    indexes=[["@type"], ["coregen_table", "coregen_index"], ["名前", "-1"]],
)

typed = EntitySchema(
    name="Typed",
    description="Fields named like their types, and by nothing that a type could be.",
    fields=[
        FieldSchema(key="date", type="date"),
        FieldSchema(key="money", type="money", default={"amount": 1, "currency": "EUR"}),
        FieldSchema(key="Money", type="money"),
        FieldSchema(key="geo point", type="geo.point"),
        FieldSchema(key="geo_point", type="geo.point"),
        FieldSchema(key="geo-polygon", type="geo.polygon"),
        FieldSchema(key="geo/line", type="geo.linestring"),
        FieldSchema(key="json", type="json", default={"class": None}),
        FieldSchema(key="float", type="number"),
        FieldSchema(key="int", type="number", validators=[Validators.integer()], required=True),
        FieldSchema(key="bool", type="boolean", default=False),
        FieldSchema(key="str", type="string", required=True, sensitive=True),
        FieldSchema(key="enum", type="enum", enum_values=VALUES, default="None", label=LABEL),
        FieldSchema(key="Enum", type="enum", enum_values=["one"], required=True),
        FieldSchema(key="e num", type="enum", enum_values=["", "two"]),
        FieldSchema(key="self", type="ref", ref_entity="Typed"),
        FieldSchema(key="Typed", type="ref", ref_entity="Typed"),
        FieldSchema(key="list", type="ref[]", ref_entity="Typed"),
        FieldSchema(key="tuple[]", type="ref[]", ref_entity="Ugly", default=[]),
        FieldSchema(key="dict", type="ref", ref_entity="cellar.List"),
        FieldSchema(key="of length", type="number", computed="shop.attic.sums:length"),
        FieldSchema(key="class", type="string", computed="shop.attic.sums:name"),
    ],
    unique_constraints=[["int"], ["bool", "date"]],
)

TYPES = ["string", "number", "boolean", "date", "json", "money", "geo.point"]
wide = EntitySchema(name="Wide", fields=[FieldSchema.model_validate({"key": f"field {number}", "type": TYPES[number % 7]}) for number in range(400)])

CASES = ["Person2", "person2", "PERSON2", "HTTPServer", "HttpServer", "order_item", "_Private", "Étudiant", "my-entity", "顧客", "Issue Type", "$Object", "2Fast"]
CASES += ["e\u0301toile", "\u00e9toile", "Tag", "tag", "Sheep", "Class", "None", "Con", "L" + LONG[1:], "Custom__c", "Command", "Query", "हिन्दी", "Data", "Datum"]
cases = [
    EntitySchema(name=name, fields=[text("name", required=True), text(name.replace(" ", "")), FieldSchema(key="of", type="ref", ref_entity=name)])
    for name in CASES
]

IMPORTED = "Any Field Generator Mapping Sequence Callable ClassVar Literal NewType NotRequired Protocol StrEnum TypeAlias TypedDict Unpack Annotated"
IMPORTED += " Text Number Boolean Date Money Json Model Entity BaseRepository CommandMessage QueryMessage DomainEvent PaginatedResult QueryOptions"
IMPORTED += " SystemContext SortSpec Meta Refs Validators Handlers AppModule EntitySchema FieldSchema StateMachine BoundMachine Transition Migration App"
IMPORTED += " AttributeError NotImplementedError Exception Optional Type Module Order Job Event Message Filter Page Partial Record Position Problem ID"
imported = [
    EntitySchema(
        name=name,
        soft_delete=number % 2 == 0,
        versioned=number % 3 != 0,
        timestamps=number % 5 != 0,
        fields=[text("name"), FieldSchema(key="kind", type="enum", enum_values=["a", "A"], default="A"), FieldSchema(key="at", type="date")],
    )
    for number, name in enumerate(each(IMPORTED))
]

lives = StateMachine(
    id="life & death",
    entity_type="Transition",
    field="the-state",
    initial="",
    meta=MachineMeta(description=LABEL),
    states={
        "": StateNode(
            label=LABEL,
            on={
                "": Transition(target="None", actions=[Assign(field="name", value="a b"), Log(message=LABEL)]),
                "go on": [
                    Transition(target="mro", guard=F("transition.name").exists() & (F("entity.the-state") == "")),
                    Transition(target="1st", actions=[Emit(event="attic.odd", payload={"first-name": {"ref": "entity.name"}, "class": "x"})]),
                ],
            },
            after=[TimedTransition(delay=3_600_000, target="1st")],
        ),
        "None": StateNode(on={"None": Transition(target="mro"), "NONE": Transition(target="1st"), "class": Transition(target="None")}),
        "mro": StateNode(on={'"*/': Transition(target="1st", actions=[Dispatch(command="attic.import")])}, exit=[Log(message="{{ }}")]),
        "1st": StateNode(terminal=True, color="#fff"),
    },
)
second = StateMachine(
    id="second",
    entity_type="Order",
    initial="n\new",
    states={"n\new": StateNode(on={"e\u0301": Transition(target="\u00e9"), "\u00e9": Transition(target="\u00e9")}), "\u00e9": StateNode(terminal=True)},
)
third = StateMachine(id="third", entity_type="Order", field="Type", initial="a", states={"a": StateNode(on={"A": Transition(target="a")})})

PAYLOAD = [text(key) for key in ["class", "first-name", "model_dump", "type", "payload", "schema", "id", "self", "json", "2fa", "名前", LONG]]
PAYLOAD += [
    FieldSchema(key="list", type="ref[]", ref_entity="Typed"),
    FieldSchema(key="to", type="ref", ref_entity="cellar.Person2"),
    FieldSchema(key="enum", type="enum", enum_values=VALUES, default=""),
]

module = ModuleDefinition(
    id="attic",
    version="1.0.0",
    description=LABEL,
    entities=[ugly, typed, wide, *cases, *imported],
    fsms=[lives, second, third],
    rules={"a rule": F("entity.first-name") == "x", "class": F("payload.class").exists()},
    commands=[
        CommandSchema(type="attic.import"),
        CommandSchema(type="attic.class", payload=PAYLOAD, result=PAYLOAD, description=LABEL),
        CommandSchema(type="attic.do it/now {please}", payload=PAYLOAD, result="Étudiant"),
        CommandSchema(type="attic.from", payload="my-entity", result="cellar.List"),
        CommandSchema(type="text", payload="cellar.person2", result="顧客"),
        CommandSchema(type="attic.顧客を", payload=[text("顧客を"), text("顧客")]),
        CommandSchema(type="attic." + LONG),
    ],
    queries=[
        QuerySchema(type="attic.list", params=PAYLOAD, result="Mapping", description=LABEL),
        QuerySchema(type="attic.field", params="Text", result=[text("class", required=True)]),
    ],
    events=[
        EventSchema(type="attic.odd", payload=[text("first-name"), text("class")], description=LABEL),
        EventSchema(type="étudiant.vu", payload="Étudiant"),
        EventSchema(type="none", payload="cellar.List"),
        EventSchema(type="mro"),
    ],
    subscriptions=[
        Subscription(event="person2.created"),
        Subscription(event="person2_2.created"),
        Subscription(event="cellar/person2.created", handler="on_their_person"),
        Subscription(event="*.vu"),
    ],
    default_config={"class": 1, "first-name": "x", "nested": {"2fa": True, "nested": {"": [1, "a"]}}, "model_dump": None},
)
