"""A module written by hand for the tests of repositories: books, each of one author and of several tags, and plain notes.

It stands where generated code would: an `Entity` and an `EntitySchema` that belong together.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import Field

from coregen_adapters.sqlite import SqliteAdapter
from coregen_adapters.sqlite.ddl import create_table
from coregen_runtime.entity.generator import IDGenerator
from coregen_runtime.entity.schema import EntityHooks, EntitySchema, FieldSchema, FieldType
from coregen_runtime.entity.types import Entity, GeoLineString, GeoPoint, GeoPolygon, Json, Number, Refs, Text, Timestamp
from coregen_runtime.entity.validators import Validator
from coregen_runtime.primitives.clock import Clock, FrozenClock
from coregen_runtime.primitives.money import Money
from coregen_runtime.repository.base import BaseRepository
from coregen_runtime.repository.changes import RepositoryEnvironment
from coregen_runtime.repository.outbox import DatabaseOutbox
from coregen_runtime.repository.table import Mappings, table_of
from coregen_runtime.repository.types import DatabaseAdapter

ORG = "org_01ARZ3NDEKTSV4RRFFQ69G5FA1"
OTHER_ORG = "org_01ARZ3NDEKTSV4RRFFQ69G5FA2"


class BookStatus(StrEnum):
    DRAFT = "draft"
    PRINTED = "printed"


class Author(Entity):
    __entity__: ClassVar[str] = "library.Author"
    name: Text
    created_at: Timestamp = Field(default=0, validation_alias="createdAt", serialization_alias="createdAt")
    updated_at: Timestamp = Field(default=0, validation_alias="updatedAt", serialization_alias="updatedAt")
    deleted_at: Timestamp | None = Field(default=None, validation_alias="deletedAt", serialization_alias="deletedAt")
    version: int = 0


class Book(Entity):
    """One field of each kind that a row stores."""

    __entity__: ClassVar[str] = "library.Book"
    title: Text
    isbn: Text | None = None
    status: BookStatus = BookStatus.DRAFT
    pages: Number | None = None
    in_print: bool | None = Field(default=None, validation_alias="inPrint", serialization_alias="inPrint")
    published_on: Timestamp | None = Field(default=None, validation_alias="publishedOn", serialization_alias="publishedOn")
    unit_price: Money | None = Field(default=None, validation_alias="unitPrice", serialization_alias="unitPrice")
    author: Text | None = None
    tags: Refs[Text] = ()
    extra: Json | None = None
    place: GeoPoint | None = None
    setting: GeoPolygon | None = None
    journey: GeoLineString | None = None
    secret: Text | None = None
    created_at: Timestamp = Field(default=0, validation_alias="createdAt", serialization_alias="createdAt")
    updated_at: Timestamp = Field(default=0, validation_alias="updatedAt", serialization_alias="updatedAt")
    deleted_at: Timestamp | None = Field(default=None, validation_alias="deletedAt", serialization_alias="deletedAt")
    version: int = 0


class Note(Entity):
    """All switches off: no time stamps, no version, no soft delete."""

    __entity__: ClassVar[str] = "library.Note"
    text: Text


class Chapter(Book):
    """A book whose saves and deletes pass through hooks."""

    __entity__: ClassVar[str] = "library.Chapter"


_BOOK_FIELDS = [
    FieldSchema(key="title", type=FieldType.STRING, required=True),
    FieldSchema(key="isbn", type=FieldType.STRING, unique=True),
    FieldSchema(key="status", type=FieldType.ENUM, enum_values=["draft", "printed"], default="draft"),
    FieldSchema(key="pages", type=FieldType.NUMBER),
    FieldSchema(key="inPrint", type=FieldType.BOOLEAN),
    FieldSchema(key="publishedOn", type=FieldType.DATE),
    FieldSchema(key="unitPrice", type=FieldType.MONEY),
    FieldSchema(key="author", type=FieldType.REF, ref_entity="Author", validators=[Validator(name="refExists")]),
    FieldSchema(key="tags", type=FieldType.REFS, ref_entity="Author"),
    FieldSchema(key="extra", type=FieldType.JSON),
    FieldSchema(key="place", type=FieldType.GEO_POINT),
    FieldSchema(key="setting", type=FieldType.GEO_POLYGON),
    FieldSchema(key="journey", type=FieldType.GEO_LINESTRING),
    FieldSchema(key="secret", type=FieldType.STRING, sensitive=True, validators=[Validator(name="unique")]),
]
AUTHOR = EntitySchema(name="Author", namespace="library", fields=[FieldSchema(key="name", type=FieldType.STRING, required=True)])
BOOK = EntitySchema(name="Book", namespace="library", fields=_BOOK_FIELDS)
NOTE = EntitySchema(
    name="Note",
    namespace="library",
    fields=[FieldSchema(key="text", type=FieldType.STRING, required=True)],
    soft_delete=False,
    timestamps=False,
    versioned=False,
)


def chapter_schema(hooks: EntityHooks) -> EntitySchema:
    """The schema of a chapter, with hooks of the test's own."""
    return EntitySchema(name="Chapter", namespace="library", fields=_BOOK_FIELDS, hooks=hooks)


def mappings(chapter: EntitySchema | None = None) -> Mappings:
    """The module's entities by qualified name."""
    found: Mapping[str, tuple[EntitySchema, type[Any]]] = {
        "library.Author": (AUTHOR, Author),
        "library.Book": (BOOK, Book),
        "library.Note": (NOTE, Note),
        "library.Chapter": (chapter or chapter_schema(EntityHooks()), Chapter),
    }
    return Mappings(found.__getitem__)


SCHEMAS = (AUTHOR, BOOK, NOTE, chapter_schema(EntityHooks()))
"""The module's entities."""


async def make_tables(db: SqliteAdapter) -> None:
    """The module's tables, without migrations."""
    await db.execute([statement for schema in SCHEMAS for statement in create_table(table_of(schema))])


class Library:
    """Repositories of the module on one database, for any organisation."""

    def __init__(self, db: DatabaseAdapter, clock: Clock | None = None, chapter: EntitySchema | None = None) -> None:
        self.db = db
        self.clock = clock or FrozenClock()
        self.ids = IDGenerator()
        self.chapter_schema = chapter or chapter_schema(EntityHooks())
        self.outbox = DatabaseOutbox(db, self.clock)
        self.environment = RepositoryEnvironment(mappings(self.chapter_schema), self.clock, self.ids, actor_id="actor_1", correlation_id="cor_1")

    def books(self, org: str = ORG) -> BaseRepository[Book]:
        return BaseRepository(BOOK, self.db, self.outbox, org, self.environment)

    def authors(self, org: str = ORG) -> BaseRepository[Author]:
        return BaseRepository(AUTHOR, self.db, self.outbox, org, self.environment)

    def notes(self, org: str = ORG) -> BaseRepository[Note]:
        return BaseRepository(NOTE, self.db, self.outbox, org, self.environment)

    def chapters(self, org: str = ORG) -> BaseRepository[Chapter]:
        return BaseRepository(self.chapter_schema, self.db, self.outbox, org, self.environment)

    def book(self, title: str = "Emma", **values: object) -> Book:
        return Book._new({"id": self.ids.generate(), "title": title, **values})
