"""Sensitive values at every door: no repr, no error, no document and no failure tells of one (semantics 7)."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from coregen_runtime import EntitySchema, EntitySchemaRegistry, ValidationError

CANARY = "canary-7231"
VALUES: dict[str, tuple[dict[str, Any], Any]] = {
    "string": ({"validators": [{"maxLength": 3}]}, CANARY),
    "json": ({"jsonSchema": {"type": "object", "properties": {"a": {"type": "integer"}}}}, {"a": CANARY}),
    "money": ({}, {"amount": CANARY, "currency": CANARY}),
    "ref[]": ({"refEntity": "Thing"}, [CANARY, {"a": CANARY}]),
    "ref": ({"refEntity": "Thing"}, CANARY),
    "geo.point": ({}, {"lat": CANARY, "lng": 0, "more": CANARY}),
    "geo.polygon": ({}, {"type": CANARY, "coordinates": [[CANARY]]}),
    "number": ({}, CANARY),
    "enum": ({"enumValues": ["a"]}, CANARY),
    "date": ({}, [CANARY]),
}


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("mode", ["create", "update"])
def test_no_failure_of_a_sensitive_field_tells_its_value(kind: str, mode: Any) -> None:
    """Semantics 7: in `str`, `repr`, the failures and a pickle of the error, for values inside the value too."""
    more, value = VALUES[kind]
    registry = EntitySchemaRegistry()
    fields = [{"key": "secret", "type": kind, "sensitive": True, **more}, {"key": "plain", "type": "number"}]
    registry.register(EntitySchema.model_validate({"name": "Thing", "idPrefix": "thing", "fields": fields}))
    failures = registry.validate("Thing", {"secret": value, "plain": "x"}, mode=mode).failures
    error = ValidationError(failures)
    told = f"{error} {error!r} {failures!r} {error.failures!r} {pickle.loads(pickle.dumps(error)).failures!r}"

    assert {"secret", "plain"} == {failure.path.partition(".")[0] for failure in failures}
    assert CANARY not in told


def test_a_sensitive_default_is_in_no_document() -> None:
    """Semantics 7: what stands where nobody gives a value is as secret as what somebody gives."""
    registry = EntitySchemaRegistry()
    fields = [{"key": "secret", "type": "string", "sensitive": True, "default": CANARY}]
    registry.register(EntitySchema.model_validate({"name": "Thing", "fields": fields}))
    documents = [registry.generate_openapi_schema("Thing", mode) for mode in ("read", "create", "update")]

    assert CANARY not in f"{documents} {registry.generate_form_schema('Thing')} {registry.generate_typescript('Thing')}"
