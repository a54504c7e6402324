"""Core's public API: the documented list, the names at run time and the names to a type checker are one."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import coregen_runtime

SOURCE = Path(coregen_runtime.__file__)
SPECIFICATION = """
Entity ID Timestamp Money Meta EntitySchema FieldSchema FieldType Validator ValidationContext Validators DomainEvent EventHandler Unsubscribe EventBus
EventStore EventOutbox StateMachine StateNode Transition Action FSMContext FSMEngine RuleExpr Op RuleEngine CompiledRule Command Query CommandHandler
QueryHandler Mediator MediatorMiddleware AuthorizationMiddleware ValidationMiddleware IdempotencyMiddleware LoggingMiddleware TracingMiddleware
RateLimitMiddleware Repository Filter QueryOptions PaginatedResult Transaction BaseRepository ModuleManifest AppModule ModuleRegistry BootRegistry Queue Job
JobOptions JobHandler Scheduler ScheduledJob RealTimeGateway RealTimeBridge SystemContext CoreError NotFoundError ValidationError AuthenticationError
AuthorizationError ConflictError BusinessError IntegrationError Ok Err Result AdapterRegistry AdapterType IDGenerator
"""
"""The section "Core Public API" of the specification."""


def documented(project_root: Path) -> list[str]:
    text = (project_root / "docs" / "reference" / "public-api.md").read_text(encoding="utf-8")
    return [name for line in text.splitlines() if line.startswith("`") and "." not in line for name in re.findall(r"`(\w+)`", line)]


def seen_by_type_checkers() -> dict[str, str]:
    """Name → file, from the static imports."""
    block = next(node for node in ast.parse(SOURCE.read_text(encoding="utf-8")).body if isinstance(node, ast.If))
    return {alias.name: str(node.module) for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}


def test_everything_documented_is_exported_and_everything_exported_is_documented(project_root: Path) -> None:
    names = documented(project_root)

    assert sorted(names) == sorted(coregen_runtime.__all__)
    assert len(names) == len(set(names))


def test_all_of_the_specifications_public_api_is_there() -> None:
    assert [] == sorted(set(SPECIFICATION.split()) - set(coregen_runtime.__all__))


def test_the_names_of_type_checkers_are_the_names_at_run_time() -> None:
    assert seen_by_type_checkers() == coregen_runtime._HOME


@pytest.mark.parametrize("name", sorted(coregen_runtime.__all__))
def test_a_name_is_what_its_file_defines(name: str) -> None:
    assert getattr(import_module(coregen_runtime._HOME[name]), name) is getattr(coregen_runtime, name)


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match='module "coregen_runtime" has no attribute "Produkt"'):
        _ = coregen_runtime.Produkt  # type: ignore[attr-defined]  # what is tested


def test_importing_core_imports_nothing_heavy_and_an_entity_not_the_application() -> None:
    """Architecture: what needs one entity pays for that one."""
    code = (
        "import sys, coregen_runtime; assert 'pydantic' not in sys.modules;"
        "from coregen_runtime import BaseRepository, CommandMessage, DomainEvent, Entity, Text, Validators;"
        "print([name for name in sys.modules if name.startswith(('coregen_runtime.context', 'coregen_runtime.module', 'coregen_adapters', 'asyncio'))])"
    )
    ran = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)

    assert "[]" == ran.stdout.strip()
