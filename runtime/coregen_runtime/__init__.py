"""Core's public API: what modules and generated code import, and nothing from deeper inside (specification, "Core Public API").

Type checkers read the imports; at run time a name costs the file it lives in, when it is first asked for (docs/decisions/0003).
The list is documented in docs/reference/public-api.md; tests hold the three to each other.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import MISSING, Field

    from coregen_runtime.adapter.registry import AdapterRegistry
    from coregen_runtime.adapter.types import AdapterType
    from coregen_runtime.context.transitions import TransitionOption, TransitionOptions, perform_transition, transition_options
    from coregen_runtime.context.types import Actor, Org, SystemContext
    from coregen_runtime.cqrs.idempotency import IdempotencyMiddleware, IdempotencyStore, InMemoryIdempotencyStore
    from coregen_runtime.cqrs.mediator import Mediator
    from coregen_runtime.cqrs.messages import CommandMessage, QueryMessage
    from coregen_runtime.cqrs.middleware import (
        AuthorizationMiddleware,
        LoggingMiddleware,
        PermissionResolver,
        Tracer,
        TracingMiddleware,
        TransactionMiddleware,
        ValidationMiddleware,
    )
    from coregen_runtime.cqrs.resilience import InMemoryRateLimiter, RateLimiter, RateLimitMiddleware, RetryMiddleware, RetryOptions
    from coregen_runtime.cqrs.types import Command, CommandHandler, MediatorMiddleware, Query, QueryHandler, Request
    from coregen_runtime.entity.checks import ValidationContext
    from coregen_runtime.entity.computed import Computed
    from coregen_runtime.entity.generator import IDGenerator, checksum, id_type, new_id, slug
    from coregen_runtime.entity.json_model import JsonList, JsonMap, JsonModel, Judged, json_value
    from coregen_runtime.entity.registry import EntitySchemaRegistry
    from coregen_runtime.entity.schema import EntityHooks, EntitySchema, Factory, FieldSchema, FieldType
    from coregen_runtime.entity.types import (
        ID,
        Boolean,
        BooleanFilter,
        Date,
        DateFilter,
        Entity,
        FilterData,
        GeoFilter,
        GeoLineString,
        GeoPoint,
        GeoPointFilter,
        GeoPolygon,
        Integer,
        Json,
        JsonFilter,
        JsonValue,
        Meta,
        MoneyFilter,
        Number,
        NumberFilter,
        Refs,
        Text,
        TextFilter,
        Timestamp,
    )
    from coregen_runtime.entity.validators import Validator, Validators
    from coregen_runtime.errors.base import (
        AuthenticationError,
        AuthorizationError,
        BusinessError,
        ConflictError,
        CoreError,
        IntegrationError,
        NotFoundError,
        RateLimitError,
        ValidationError,
        ValidationFailure,
    )
    from coregen_runtime.errors.codes import ErrorCode, FailureCode
    from coregen_runtime.event.broker import EventBroker, InMemoryBroker, InMemoryStream
    from coregen_runtime.event.bus import EventBus, InMemoryEventBus
    from coregen_runtime.event.dedup import DedupStore, InMemoryDedup, handled_once
    from coregen_runtime.event.delivery import Backlog, RetryPolicy
    from coregen_runtime.event.outbox import Delivery, DeliveryStatus, EventOutbox, OutboxRecord
    from coregen_runtime.event.snapshots import Snapshot, SnapshotStore, rebuild
    from coregen_runtime.event.store import EventFilter, EventStore, ReadOptions
    from coregen_runtime.event.types import DomainEvent, EventHandler, SubscribeOptions, Unsubscribe
    from coregen_runtime.event.upcasters import Upcasters
    from coregen_runtime.module.abi import ABI
    from coregen_runtime.module.config import module_config
    from coregen_runtime.module.definition import ChannelForward, CommandSchema, EventSchema, ModuleDefinition, QuerySchema, Subscription
    from coregen_runtime.module.lifecycle import resolve_boot_order
    from coregen_runtime.module.migration import (
        AddColumn,
        AlterColumn,
        AlterTable,
        ChangeRows,
        CheckRows,
        Column,
        CreateIndex,
        CreateTable,
        DropColumn,
        DropIndex,
        DropTable,
        Index,
        Migration,
        NoteTable,
        RenameColumn,
        RenameIndex,
        RenameTable,
        RunSql,
    )
    from coregen_runtime.module.migrations import load_migrations
    from coregen_runtime.module.prefixes import IdPrefixes
    from coregen_runtime.module.registry import ModuleRegistry
    from coregen_runtime.module.search import SearchRebuilt, rebuild_search
    from coregen_runtime.module.types import AppModule, BootRegistry, ModuleConfig, ModuleManifest
    from coregen_runtime.module.wiring import build_module, command, query, subscription, worker
    from coregen_runtime.primitives.clock import Clock, FrozenClock, SystemClock
    from coregen_runtime.primitives.functions import lazy_function
    from coregen_runtime.primitives.logger import Logger, StandardLogger
    from coregen_runtime.primitives.model import Model
    from coregen_runtime.primitives.money import Money
    from coregen_runtime.primitives.pagination import IncludedResult, PageOptions, PaginatedResult, SortSpec
    from coregen_runtime.primitives.result import Err, Ok, Result
    from coregen_runtime.queue.scheduler import ScheduledJob, Scheduler, SchedulerOptions
    from coregen_runtime.queue.types import Job, JobDefinition, JobHandler, JobOptions, Queue, WorkerDefinition
    from coregen_runtime.realtime.types import Channel, RealTimeBridge, RealTimeGateway
    from coregen_runtime.repository.base import BaseRepository
    from coregen_runtime.repository.dedup import DatabaseDedup
    from coregen_runtime.repository.snapshots import DatabaseSnapshots
    from coregen_runtime.repository.types import DatabaseAdapter, Filter, QueryOptions, Repository, Transaction
    from coregen_runtime.rule.builder import F
    from coregen_runtime.rule.check import check_rule
    from coregen_runtime.rule.engine import CompiledRule, RuleEngine
    from coregen_runtime.rule.explain import RuleExplanation, RuleFailure
    from coregen_runtime.rule.scope import guard_scope
    from coregen_runtime.rule.types import AllRule, AndRule, AnyRule, LeafRule, NotRule, Op, OrRule, RefRule, RuleExpr, TemplateRule
    from coregen_runtime.state.actions import FSMContext
    from coregen_runtime.state.check import check_machine
    from coregen_runtime.state.diagram import mermaid
    from coregen_runtime.state.engine import BoundMachine, FSMEngine, TransitionResult
    from coregen_runtime.state.machine import reachable_states, transition, valid_events
    from coregen_runtime.state.needs import TransitionMessage
    from coregen_runtime.state.registry import StateMachineRegistry
    from coregen_runtime.state.table import Outcome
    from coregen_runtime.state.timers import Timer
    from coregen_runtime.state.types import Action, Assign, Dispatch, Emit, Log, MachineMeta, StateMachine, StateNode, TimedTransition, Transition

_HOMES = {
    "coregen_runtime.adapter.registry": "AdapterRegistry",
    "coregen_runtime.adapter.types": "AdapterType",
    "coregen_runtime.context.transitions": "TransitionOption TransitionOptions perform_transition transition_options",
    "coregen_runtime.context.types": "Actor Org SystemContext",
    "coregen_runtime.cqrs.idempotency": "IdempotencyMiddleware IdempotencyStore InMemoryIdempotencyStore",
    "coregen_runtime.cqrs.mediator": "Mediator",
    "coregen_runtime.cqrs.messages": "CommandMessage QueryMessage",
    "coregen_runtime.cqrs.middleware": "AuthorizationMiddleware LoggingMiddleware PermissionResolver Tracer TracingMiddleware TransactionMiddleware ValidationMiddleware",
    "coregen_runtime.cqrs.resilience": "InMemoryRateLimiter RateLimitMiddleware RateLimiter RetryMiddleware RetryOptions",
    "coregen_runtime.cqrs.types": "Command CommandHandler MediatorMiddleware Query QueryHandler Request",
    "coregen_runtime.entity.checks": "ValidationContext",
    "coregen_runtime.entity.computed": "Computed",
    "coregen_runtime.entity.generator": "IDGenerator checksum id_type new_id slug",
    "coregen_runtime.entity.json_model": "JsonList JsonMap JsonModel Judged json_value",
    "coregen_runtime.entity.registry": "EntitySchemaRegistry",
    "coregen_runtime.entity.schema": "EntityHooks EntitySchema Factory FieldSchema FieldType",
    "coregen_runtime.entity.types": "Boolean BooleanFilter Date DateFilter Entity FilterData GeoFilter GeoLineString GeoPoint GeoPointFilter GeoPolygon ID Integer Json JsonFilter JsonValue Meta MoneyFilter Number NumberFilter Refs Text TextFilter Timestamp",
    "coregen_runtime.entity.validators": "Validator Validators",
    "coregen_runtime.errors.base": "AuthenticationError AuthorizationError BusinessError ConflictError CoreError IntegrationError NotFoundError RateLimitError ValidationError ValidationFailure",
    "coregen_runtime.errors.codes": "ErrorCode FailureCode",
    "coregen_runtime.event.broker": "EventBroker InMemoryBroker InMemoryStream",
    "coregen_runtime.event.bus": "EventBus InMemoryEventBus",
    "coregen_runtime.event.dedup": "DedupStore InMemoryDedup handled_once",
    "coregen_runtime.event.delivery": "Backlog RetryPolicy",
    "coregen_runtime.event.outbox": "Delivery DeliveryStatus EventOutbox OutboxRecord",
    "coregen_runtime.event.snapshots": "Snapshot SnapshotStore rebuild",
    "coregen_runtime.event.store": "EventFilter EventStore ReadOptions",
    "coregen_runtime.event.types": "DomainEvent EventHandler SubscribeOptions Unsubscribe",
    "coregen_runtime.event.upcasters": "Upcasters",
    "coregen_runtime.module.abi": "ABI",
    "coregen_runtime.module.config": "module_config",
    "coregen_runtime.module.definition": "ChannelForward CommandSchema EventSchema ModuleDefinition QuerySchema Subscription",
    "coregen_runtime.module.lifecycle": "resolve_boot_order",
    "coregen_runtime.module.migration": "AddColumn AlterColumn AlterTable ChangeRows CheckRows Column CreateIndex CreateTable DropColumn DropIndex DropTable Index Migration NoteTable RenameColumn RenameIndex RenameTable RunSql",
    "coregen_runtime.module.migrations": "load_migrations",
    "coregen_runtime.module.prefixes": "IdPrefixes",
    "coregen_runtime.module.registry": "ModuleRegistry",
    "coregen_runtime.module.types": "AppModule BootRegistry ModuleConfig ModuleManifest",
    "coregen_runtime.module.search": "SearchRebuilt rebuild_search",
    "coregen_runtime.module.wiring": "build_module command query subscription worker",
    "coregen_runtime.primitives.clock": "Clock FrozenClock SystemClock",
    "coregen_runtime.primitives.functions": "lazy_function",
    "coregen_runtime.primitives.logger": "Logger StandardLogger",
    "coregen_runtime.primitives.model": "Model",
    "coregen_runtime.primitives.money": "Money",
    "coregen_runtime.primitives.pagination": "IncludedResult PageOptions PaginatedResult SortSpec",
    "coregen_runtime.primitives.result": "Err Ok Result",
    "coregen_runtime.queue.scheduler": "ScheduledJob Scheduler SchedulerOptions",
    "coregen_runtime.queue.types": "Job JobDefinition JobHandler JobOptions Queue WorkerDefinition",
    "coregen_runtime.realtime.types": "Channel RealTimeBridge RealTimeGateway",
    "coregen_runtime.repository.base": "BaseRepository",
    "coregen_runtime.repository.dedup": "DatabaseDedup",
    "coregen_runtime.repository.snapshots": "DatabaseSnapshots",
    "coregen_runtime.repository.types": "DatabaseAdapter Filter QueryOptions Repository Transaction",
    "coregen_runtime.rule.builder": "F",
    "coregen_runtime.rule.check": "check_rule",
    "coregen_runtime.rule.engine": "CompiledRule RuleEngine",
    "coregen_runtime.rule.explain": "RuleExplanation RuleFailure",
    "coregen_runtime.rule.scope": "guard_scope",
    "coregen_runtime.rule.types": "AllRule AndRule AnyRule LeafRule NotRule Op OrRule RefRule RuleExpr TemplateRule",
    "coregen_runtime.state.actions": "FSMContext",
    "coregen_runtime.state.check": "check_machine",
    "coregen_runtime.state.diagram": "mermaid",
    "coregen_runtime.state.engine": "BoundMachine FSMEngine TransitionResult",
    "coregen_runtime.state.machine": "reachable_states transition valid_events",
    "coregen_runtime.state.needs": "TransitionMessage",
    "coregen_runtime.state.registry": "StateMachineRegistry",
    "coregen_runtime.state.table": "Outcome",
    "coregen_runtime.state.timers": "Timer",
    "coregen_runtime.state.types": "Action Assign Dispatch Emit Log MachineMeta StateMachine StateNode TimedTransition Transition",
    "pydantic": "Field MISSING",
}
_HOME = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "ABI",
    "ID",
    "MISSING",
    "Action",
    "Actor",
    "AdapterRegistry",
    "AdapterType",
    "AddColumn",
    "AllRule",
    "AlterColumn",
    "AlterTable",
    "AndRule",
    "AnyRule",
    "AppModule",
    "Assign",
    "AuthenticationError",
    "AuthorizationError",
    "AuthorizationMiddleware",
    "Backlog",
    "BaseRepository",
    "Boolean",
    "BooleanFilter",
    "BootRegistry",
    "BoundMachine",
    "BusinessError",
    "ChangeRows",
    "Channel",
    "ChannelForward",
    "CheckRows",
    "Clock",
    "Column",
    "Command",
    "CommandHandler",
    "CommandMessage",
    "CommandSchema",
    "CompiledRule",
    "Computed",
    "ConflictError",
    "CoreError",
    "CreateIndex",
    "CreateTable",
    "DatabaseAdapter",
    "DatabaseDedup",
    "DatabaseSnapshots",
    "Date",
    "DateFilter",
    "DedupStore",
    "Delivery",
    "DeliveryStatus",
    "Dispatch",
    "DomainEvent",
    "DropColumn",
    "DropIndex",
    "DropTable",
    "Emit",
    "Entity",
    "EntityHooks",
    "EntitySchema",
    "EntitySchemaRegistry",
    "Err",
    "ErrorCode",
    "EventBroker",
    "EventBus",
    "EventFilter",
    "EventHandler",
    "EventOutbox",
    "EventSchema",
    "EventStore",
    "F",
    "FSMContext",
    "FSMEngine",
    "Factory",
    "FailureCode",
    "Field",
    "FieldSchema",
    "FieldType",
    "Filter",
    "FilterData",
    "FrozenClock",
    "GeoFilter",
    "GeoLineString",
    "GeoPoint",
    "GeoPointFilter",
    "GeoPolygon",
    "IDGenerator",
    "IdPrefixes",
    "IdempotencyMiddleware",
    "IdempotencyStore",
    "InMemoryBroker",
    "InMemoryDedup",
    "InMemoryEventBus",
    "InMemoryIdempotencyStore",
    "InMemoryRateLimiter",
    "InMemoryStream",
    "IncludedResult",
    "Index",
    "Integer",
    "IntegrationError",
    "Job",
    "JobDefinition",
    "JobHandler",
    "JobOptions",
    "Json",
    "JsonFilter",
    "JsonList",
    "JsonMap",
    "JsonModel",
    "JsonValue",
    "Judged",
    "LeafRule",
    "Log",
    "Logger",
    "LoggingMiddleware",
    "MachineMeta",
    "Mediator",
    "MediatorMiddleware",
    "Meta",
    "Migration",
    "Model",
    "ModuleConfig",
    "ModuleDefinition",
    "ModuleManifest",
    "ModuleRegistry",
    "Money",
    "MoneyFilter",
    "NotFoundError",
    "NotRule",
    "NoteTable",
    "Number",
    "NumberFilter",
    "Ok",
    "Op",
    "OrRule",
    "Org",
    "OutboxRecord",
    "Outcome",
    "PageOptions",
    "PaginatedResult",
    "PermissionResolver",
    "Query",
    "QueryHandler",
    "QueryMessage",
    "QueryOptions",
    "QuerySchema",
    "Queue",
    "RateLimitError",
    "RateLimitMiddleware",
    "RateLimiter",
    "ReadOptions",
    "RealTimeBridge",
    "RealTimeGateway",
    "RefRule",
    "Refs",
    "RenameColumn",
    "RenameIndex",
    "RenameTable",
    "Repository",
    "Request",
    "Result",
    "RetryMiddleware",
    "RetryOptions",
    "RetryPolicy",
    "RuleEngine",
    "RuleExplanation",
    "RuleExpr",
    "RuleFailure",
    "RunSql",
    "ScheduledJob",
    "Scheduler",
    "SchedulerOptions",
    "SearchRebuilt",
    "Snapshot",
    "SnapshotStore",
    "SortSpec",
    "StandardLogger",
    "StateMachine",
    "StateMachineRegistry",
    "StateNode",
    "SubscribeOptions",
    "Subscription",
    "SystemClock",
    "SystemContext",
    "TemplateRule",
    "Text",
    "TextFilter",
    "TimedTransition",
    "Timer",
    "Timestamp",
    "Tracer",
    "TracingMiddleware",
    "Transaction",
    "TransactionMiddleware",
    "Transition",
    "TransitionMessage",
    "TransitionOption",
    "TransitionOptions",
    "TransitionResult",
    "Unsubscribe",
    "Upcasters",
    "ValidationContext",
    "ValidationError",
    "ValidationFailure",
    "ValidationMiddleware",
    "Validator",
    "Validators",
    "WorkerDefinition",
    "build_module",
    "check_machine",
    "check_rule",
    "checksum",
    "command",
    "guard_scope",
    "handled_once",
    "id_type",
    "json_value",
    "lazy_function",
    "load_migrations",
    "mermaid",
    "module_config",
    "new_id",
    "perform_transition",
    "query",
    "reachable_states",
    "rebuild",
    "rebuild_search",
    "resolve_boot_order",
    "slug",
    "subscription",
    "transition",
    "transition_options",
    "valid_events",
    "worker",
]


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """PEP 562: import a name's file when the name is first used."""
        home = _HOME.get(name)
        if home is None:
            raise AttributeError(f'module "{__name__}" has no attribute "{name}"')
        value: object = getattr(import_module(home), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
