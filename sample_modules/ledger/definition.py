"""What it comes to: accounts, and transactions whose entries balance and stay as they were posted."""

from __future__ import annotations

from coregen_runtime import (
    CommandSchema,
    Emit,
    EntityHooks,
    EntitySchema,
    EventSchema,
    FieldSchema,
    ModuleDefinition,
    QuerySchema,
    StateMachine,
    StateNode,
    Transition,
    Validators,
)

INVARIANTS = "sample_modules.ledger.invariants"

account = EntitySchema(
    name="Account",
    id_prefix="acct",
    fields=[
        FieldSchema(key="code", type="string", required=True, unique=True, validators=[Validators.pattern(r"^[0-9]{4}$")]),
        FieldSchema(key="name", type="string", required=True, validators=[Validators.max_length(80)]),
        FieldSchema(key="kind", type="enum", enum_values=["asset", "liability", "equity", "income", "expense"], required=True),
    ],
    hooks=EntityHooks(before_delete=f"{INVARIANTS}:keep_used_accounts"),
)

transaction = EntitySchema(
    name="Transaction",
    id_prefix="txn",
    fields=[
        FieldSchema(
            key="reference",
            type="string",
            required=True,
            unique=True,
            description="What it is about, an order's id for one.",
            validators=[Validators.max_length(80)],
        ),
        FieldSchema(key="description", type="string", validators=[Validators.max_length(200)]),
        FieldSchema(key="reverses", type="ref", ref_entity="Transaction"),
    ],
    soft_delete=False,
    hooks=EntityHooks(before_save=f"{INVARIANTS}:keep_transaction", before_delete=f"{INVARIANTS}:keep_posted"),
)

entry = EntitySchema(
    name="Entry",
    id_prefix="entry",
    fields=[
        FieldSchema(key="transaction", type="ref", ref_entity="Transaction", required=True),
        FieldSchema(key="account", type="ref", ref_entity="Account", required=True),
        FieldSchema(key="side", type="enum", enum_values=["debit", "credit"], required=True),
        FieldSchema(key="amount", type="money", required=True, description="More than nothing; the side says which way."),
    ],
    soft_delete=False,
    hooks=EntityHooks(before_save=f"{INVARIANTS}:keep_entry", before_delete=f"{INVARIANTS}:keep_entry"),
)

lifecycle = StateMachine(
    id="transaction-fsm",
    entity_type="Transaction",
    initial="draft",
    states={
        "draft": StateNode(
            label="Draft",
            color="#94A3B8",
            on={
                "post": Transition(
                    target="posted",
                    actions=[Emit(event="transaction.posted", payload={"reference": {"ref": "transaction.reference"}})],
                )
            },
        ),
        "posted": StateNode(label="Posted", color="#22C55E", terminal=True),
    },
)

currency = FieldSchema(key="currency", type="string", default="EUR", validators=[Validators.pattern(r"^[A-Z]{3}$")])

module = ModuleDefinition(
    id="ledger",
    version="1.0.0",
    description="What it comes to.",
    entities=[account, transaction, entry],
    fsms=[lifecycle],
    commands=[
        CommandSchema(
            type="ledger.postTransaction",
            description="Write a transaction with its entries, and post it: all of it or nothing.",
            payload=[
                FieldSchema(key="reference", type="string", required=True, validators=[Validators.max_length(80)]),
                FieldSchema(key="description", type="string", validators=[Validators.max_length(200)]),
                FieldSchema(
                    key="entries",
                    type="json",
                    required=True,
                    description="A list of objects with `account` (its code), `side` (debit or credit) and `amount`.",
                ),
            ],
            result="Transaction",
        ),
        CommandSchema(
            type="ledger.reverseTransaction",
            description="Post the opposite of a posted transaction, once; it is found by its reference.",
            payload=[FieldSchema(key="reference", type="string", required=True)],
            result="Transaction",
        ),
    ],
    queries=[
        QuerySchema(
            type="ledger.balance",
            description="Debits less credits of an account, found by its code, over all posted transactions in a currency.",
            params=[FieldSchema(key="account", type="string", required=True), currency],
            result=[FieldSchema(key="balance", type="money", required=True)],
        ),
        QuerySchema(
            type="ledger.trialBalance",
            description="All debits and all credits that were posted in a currency; they are equal.",
            params=[currency],
            result=[FieldSchema(key="debits", type="money", required=True), FieldSchema(key="credits", type="money", required=True)],
        ),
    ],
    events=[EventSchema(type="transaction.posted", payload=[FieldSchema(key="reference", type="string", required=True)])],
)
