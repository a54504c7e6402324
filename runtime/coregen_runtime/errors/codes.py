"""The stable codes: of errors (`CoreError.code`) and of single failures of a validation (`ValidationFailure.code`).

A code is part of the contract with callers: it is never renamed. Each has a sentence, used where an error brings none.
A module's own codes are plain strings of the same form; they need no registration.
"""

from __future__ import annotations

from enum import StrEnum


class ErrorCode(StrEnum):
    """Codes of the errors that Core itself raises."""

    NOT_FOUND = "NOT_FOUND"
    VALIDATION_FAILED = "VALIDATION_FAILED"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    CONFLICT = "CONFLICT"
    VERSION_CONFLICT = "VERSION_CONFLICT"
    SERIALIZATION_CONFLICT = "SERIALIZATION_CONFLICT"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    IN_PROGRESS = "IN_PROGRESS"
    IDEMPOTENCY_MISMATCH = "IDEMPOTENCY_MISMATCH"
    INVALID_TRANSITION = "INVALID_TRANSITION"
    GUARD_FAILED = "GUARD_FAILED"
    RATE_LIMITED = "RATE_LIMITED"
    INTEGRATION_FAILED = "INTEGRATION_FAILED"
    TIMEOUT = "TIMEOUT"
    NO_HANDLER = "NO_HANDLER"
    DUPLICATE = "DUPLICATE"
    UNKNOWN = "UNKNOWN"
    AMBIGUOUS = "AMBIGUOUS"
    INVALID_RULE = "INVALID_RULE"
    INVALID_MACHINE = "INVALID_MACHINE"
    INVALID_SCHEMA = "INVALID_SCHEMA"
    INVALID_MONEY = "INVALID_MONEY"
    INVALID_PATTERN = "INVALID_PATTERN"
    DEPENDENCY_CYCLE = "DEPENDENCY_CYCLE"
    MISSING_DEPENDENCY = "MISSING_DEPENDENCY"
    ABI_MISMATCH = "ABI_MISMATCH"
    NOT_CONFIGURED = "NOT_CONFIGURED"
    INVALID_STATE = "INVALID_STATE"
    INTERNAL = "INTERNAL"


class FailureCode(StrEnum):
    """Codes of single failures; a custom validator may bring its own."""

    REQUIRED = "REQUIRED"
    UNKNOWN_FIELD = "UNKNOWN_FIELD"
    READ_ONLY = "READ_ONLY"
    TYPE = "TYPE"
    ENUM = "ENUM"
    ID = "ID"
    MIN_LENGTH = "MIN_LENGTH"
    MAX_LENGTH = "MAX_LENGTH"
    MIN = "MIN"
    MAX = "MAX"
    PATTERN = "PATTERN"
    EMAIL = "EMAIL"
    URL = "URL"
    PHONE = "PHONE"
    FUTURE = "FUTURE"
    PAST = "PAST"
    POSITIVE = "POSITIVE"
    NON_ZERO = "NON_ZERO"
    INTEGER = "INTEGER"
    REF_EXISTS = "REF_EXISTS"
    UNIQUE = "UNIQUE"
    CUSTOM = "CUSTOM"
    REPEATED = "REPEATED"
    CURRENCY = "CURRENCY"
    GEOMETRY = "GEOMETRY"
    OPERATOR = "OPERATOR"
    SCHEMA = "SCHEMA"
    FURTHER = "FURTHER"


SENTENCES: dict[str, str] = {
    ErrorCode.NOT_FOUND: "it does not exist",
    ErrorCode.VALIDATION_FAILED: "the data is not valid",
    ErrorCode.UNAUTHENTICATED: "the caller is not authenticated",
    ErrorCode.FORBIDDEN: "the caller is not permitted to do this",
    ErrorCode.CONFLICT: "it conflicts with the present state",
    ErrorCode.VERSION_CONFLICT: "somebody else has changed it since it was read; read it again",
    ErrorCode.SERIALIZATION_CONFLICT: "what this transaction read has changed meanwhile; run it again",
    ErrorCode.ALREADY_EXISTS: "it exists already",
    ErrorCode.IN_PROGRESS: "the same request is being handled; ask again later",
    ErrorCode.IDEMPOTENCY_MISMATCH: "the idempotency key was used with another payload",
    ErrorCode.INVALID_TRANSITION: "the event is not valid in the present state",
    ErrorCode.GUARD_FAILED: "the condition of the transition does not hold",
    ErrorCode.RATE_LIMITED: "too many requests; ask again later",
    ErrorCode.INTEGRATION_FAILED: "another service failed",
    ErrorCode.TIMEOUT: "it took too long",
    ErrorCode.NO_HANDLER: "nothing handles this type of message",
    ErrorCode.DUPLICATE: "it is registered already",
    ErrorCode.UNKNOWN: "nothing of that name is registered",
    ErrorCode.AMBIGUOUS: "the name means several things; write the qualified name",
    ErrorCode.INVALID_RULE: "the rule is not valid",
    ErrorCode.INVALID_MACHINE: "the state machine is not valid",
    ErrorCode.INVALID_SCHEMA: "the JSON Schema is not valid",
    ErrorCode.INVALID_MONEY: "the amount of money is not valid",
    ErrorCode.INVALID_PATTERN: "the event pattern is not valid",
    ErrorCode.DEPENDENCY_CYCLE: "the modules depend on each other in a circle",
    ErrorCode.MISSING_DEPENDENCY: "a module that another depends on is missing",
    ErrorCode.ABI_MISMATCH: "generated code and runtime are of different generations",
    ErrorCode.NOT_CONFIGURED: "the application was given no such part",
    ErrorCode.INVALID_STATE: "it cannot be done at this point",
    ErrorCode.INTERNAL: "something went wrong",
}
