"""What a module declares beside entities and messages, at work: configuration, migrations of the definition, jobs, workers and channels."""

from __future__ import annotations

import pytest

from tests.generator.at_work.conftest import MakeProject, booted, judged, ran
from tests.generator.conftest import WriteProject
from tests.generator.rendering import resolved

CONFIG = """
    id: goods
    version: 1.0.0
    queries: [{ type: goods.limits, result: [{ key: limit, type: number, required: true }] }]
    defaultConfig: { limit: 3, names: [a, b], pageSize: 20, prices: { rounding: 0.05, class: "x" }, mixed: [1, a], none: null, open: {} }
"""
LIMITS = """
    from coregen_runtime import SystemContext
    from shop.goods import Limits, LimitsResult, goods_config

    async def limits(query: Limits, ctx: SystemContext) -> LimitsResult:
        config = goods_config(ctx)
        return LimitsResult(limit=config.limit + config.prices.rounding)
"""
SEED = """
    id: goods
    version: 1.0.0
    entities: [{ name: Thing, idPrefix: thing, fields: [{ key: name, type: string, required: true }] }]
    migrations:
      - version: VERSION
        name: seed
        steps:
          - op: runSql
            summary: one thing that is always there
            sql: { sqlite: ["INSERT INTO goods_thing (organization_id, id, name, created_at, updated_at, version, meta) VALUES ('org_1', 'thing_01ARZ3NDEKTSV4RRFFQ69G5FAV', 'seed', 1, 1, 1, '{}')"] }
"""
AROUND = """
    id: goods
    version: 1.0.0
    entities: [{ name: Thing, fields: [] }]
    scheduledJobs: [{ name: nightly, cron: "0 3 * * *", timezone: Europe/Berlin }]
    queueWorkers:
      - { queue: mails, handler: send_mail, concurrency: 2 }
      - queue: labels
        handler: print_label
        payload:
          - { key: thing, type: ref, refEntity: Thing, required: true }
          - { key: copies, type: number, default: 1, validators: [integer, positive], description: "How many" }
          - { key: paperSize, type: enum, enumValues: [a4, a5], default: a4 }
    channels: [{ pattern: "thing.*", channel: "org:{orgId}:things" }]
    defaultConfig: { sender: shop }
"""
HANDLERS = """
    from typing import Any

    from coregen_runtime import Job, SystemContext
    from shop.goods import LabelsJob, goods_config

    async def nightly(job: Job[None], ctx: SystemContext) -> None:
        print("nightly", goods_config(ctx).sender)

    async def send_mail(job: Job[Any], ctx: SystemContext) -> None:
        print("mail", job.payload, goods_config(ctx).sender)

    async def print_label(job: Job[LabelsJob], ctx: SystemContext) -> None:
        print("label", job.payload.copies + 1, job.payload.paper_size, job.attempts)
"""


def test_the_configuration_is_typed_in_handlers(make_project: MakeProject) -> None:
    folder = make_project(CONFIG, handlers=LIMITS)
    code = """
        from collections.abc import Sequence
        from typing import assert_type

        from coregen_runtime import SystemContext
        from shop.goods import GoodsConfig, goods_config

        def read(ctx: SystemContext) -> None:
            config = goods_config(ctx)
            assert_type(config, GoodsConfig)
            assert_type(config.names, Sequence[str])
            assert_type(config.page_size, int)
            assert_type(config.prices.class_, str)
    """

    assert "" == judged(folder, code)


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ({}, "3.05"),
        ({"goods": {"limit": 7}}, "7.05"),
        ({"goods": {"prices": {"rounding": 0.5}}}, "3.5"),
        ({"goods": {"limit": "x"}}, 'the configuration that the application gives "goods" does not fit: limit'),
        ({"goods": {"limitt": 1}}, "limitt is no known field"),
    ],
)
def test_the_application_overlays_the_configuration_and_is_held_to_its_types(make_project: MakeProject, given: object, printed: str) -> None:
    folder = make_project(CONFIG, handlers=LIMITS)
    body = f"""
        async with App(modules=[module], database="sqlite://", config={given!r}) as other:
            try:
                print((await other.context(organization="org_1", actor="user_1").query(Limits())).limit)
            except Exception as error:
                print(error)
    """

    assert printed in ran(folder, body)


def test_a_migration_of_the_definition_runs_beside_the_files(make_project: MakeProject) -> None:
    folder = make_project(SEED.replace("VERSION", "2"))
    printed = booted(folder, "print([thing.name for thing in (await ctx.query(ListThings())).data])")

    assert "['seed']\n" == printed
    assert "" == judged(folder)


def test_a_migration_of_the_definition_with_a_files_version_is_refused(write_project: WriteProject) -> None:
    files = {"shop/goods/definition.yaml": SEED.replace("VERSION", "3"), "shop/goods/migrations/0003_more.py": ""}
    [found] = resolved(write_project(files)).diagnostics

    assert ("MIGRATION-INLINE", 5) == (found.code, found.line)
    assert 'the migration "seed" has the version 3, which is that of migrations/0003_more.py' == found.message
    assert "give it another version: 4 is free" == found.help


def test_jobs_workers_and_channels_reach_the_engines_that_the_application_is_given(make_project: MakeProject) -> None:
    folder = make_project(AROUND, handlers=HANDLERS)
    body = """
        class Engines:
            workers = {}
            def define(self, name, cron, handler, options):
                self.job = handler
                print(name, cron, options.timezone)
            def process(self, queue, handler, concurrency):
                self.workers[queue] = handler
                print(queue, concurrency)
            async def publish(self, channel, payload):
                print(channel, payload["type"])
            def __getattr__(self, name):
                async def nothing(*arguments, **keywords): ...
                return nothing
        engines = Engines()
        from coregen_runtime import Job, ValidationError
        async with App(modules=[module], database="sqlite://", queue=engines, scheduler=engines, realtime=engines) as other:
            job = Job(id="1", name="x", payload={"to": "you"}, status="active", attempts=1, created_at=0)
            await engines.job(job, other.context(organization="org_1", actor="user_1"))
            await engines.workers["mails"](job, other.context(organization="org_1", actor="user_1"))
            label = job.model_copy(update={"payload": {"thing": new_id(""), "copies": 2, "paperSize": "a5"}})
            await engines.workers["labels"](label, other.context(organization="org_1", actor="user_1"))
            await engines.workers["labels"](label.model_copy(update={"payload": LabelsJob(thing=new_id(""))}), other.context(organization="org_1", actor="user_1"))
            try:
                await engines.workers["labels"](job, other.context(organization="org_1", actor="user_1"))
            except ValidationError as error:
                print(sorted(failure.path for failure in error.failures))
            await other.context(organization="org_1", actor="user_1").dispatch(CreateThing())
            await other.settle()
    """
    printed = ran(folder, body)

    assert [
        "goods.nightly 0 3 * * * Europe/Berlin",
        "mails 2",
        "labels 1",
        "nightly shop",
        "mail {'to': 'you'} shop",
        "label 3 a5 1",
        "label 2 a4 1",
        "['thing', 'to']",
        "org:org_1:things thing.created",
    ] == printed.splitlines()
    assert "" == judged(folder)


def test_a_handler_of_another_payload_is_refused_by_the_type_checker(make_project: MakeProject) -> None:
    folder = make_project(
        AROUND, handlers=HANDLERS.replace("Job[LabelsJob]", "Job[int]").replace("job.payload.copies + 1, job.payload.paper_size", "1, 2")
    )
    said = judged(folder)

    assert 'Argument 1 to "wire" has incompatible type' in said or "print_label" in said


def test_a_field_of_a_job_is_held_to_the_rules_of_fields(write_project: WriteProject) -> None:
    text = AROUND.replace("refEntity: Thing, required", "refEntity: Thng, required").replace("default: a4", "default: a3")
    found = resolved(write_project({"shop/goods/definition.yaml": text})).diagnostics

    assert [("REF-UNKNOWN", 'did you mean "Thing"?')] == [(each.code, each.help) for each in found]
