"""YAML 1.2 documents with the place of every key and value.

ruamel.yaml reads the text; what a plain scalar means is decided here, by the core schema of YAML 1.2: `on` and `NO` are strings.
Aliases are followed. Merge keys, tags and further documents are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamStartEvent,
)
from ruamel.yaml.reader import ReaderError

from coregen.load.positions import DEEPEST, Document, Node, Refused, number_refused

_MOST_NODES = 200_000
_LOOK = "look at the indentation and the quotes of this line and the one before it"
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OTHER_INTEGER = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_STRING_TAG = "tag:yaml.org,2002:str"


def read(text: str) -> Document:
    """The document in `text`. Never raises: what is wrong comes back as `refused`."""
    builder = _Builder(text)
    try:
        root = builder.document(YAML(typ="safe", pure=True).parse(text))
    except _TooDeep as error:
        return Document(None, (*builder.refused, error.refused))
    except MarkedYAMLError as error:
        return Document(None, (*builder.refused, _syntax(error, text)))
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - (text.rfind("\n", 0, error.position) + 1) + 1
        return Document(None, (Refused(line, column, "LOAD-SYNTAX", "not valid YAML: a control character", "remove it"),))
    except YAMLError as error:
        return Document(None, (*builder.refused, Refused(0, 0, "LOAD-SYNTAX", f"not valid YAML: {str(error).splitlines()[0]}", _LOOK)))
    return Document(root, tuple(builder.refused), tuple(builder.lost))


class _TooDeep(Exception):
    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.message)
        self.refused = refused


class _Builder:
    def __init__(self, text: str) -> None:
        self.text = text
        self.refused: list[Refused] = []
        self.lost: list[object] = []
        self.anchors: dict[str, Node | None] = {}
        self.sizes: dict[int, int] = {}

    def document(self, events: Iterator[Event]) -> Node | None:
        root: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.refuse(event, "LOAD-YAML", "a definition is one YAML document, and here a second begins", "remove what follows `---`")
                    break
                root = self.node(next(events), events, 0)
            elif isinstance(event, StreamStartEvent):
                continue
        return root

    def refuse(self, event: Event, code: str, message: str, help: str = "") -> None:
        line, column = _place(event)
        self.refused.append(Refused(line, column, code, message, help))

    def node(self, event: Any, events: Iterator[Event], depth: int) -> Node:
        line, column = _place(event)
        if depth > DEEPEST:
            raise _TooDeep(Refused(line, column, "LOAD-VALUE", f"the document nests deeper than {DEEPEST} levels", "nest it less"))
        if isinstance(event, AliasEvent):
            return self.alias(event)
        anchor = event.anchor
        if anchor is not None:
            self.anchors[anchor] = None
        node = Node(None, line, column)
        if isinstance(event, ScalarEvent):
            before = len(self.refused)
            node.value = self.scalar(event)
            node.torn = len(self.refused) > before
            self.sizes[id(node)] = 1
        else:
            if event.tag is not None:
                self.refuse(event, "LOAD-YAML", f"a definition takes no tag, and here is {event.tag}", "remove the tag")
            if isinstance(event, SequenceStartEvent):
                self.sequence(node, events, depth)
            else:
                self.mapping(node, events, depth)
            self.sizes[id(node)] = 1 + sum(self.sizes[id(child)] for child in node.children.values())
            if self.sizes[id(node)] > _MOST_NODES:
                raise _TooDeep(
                    Refused(
                        line, column, "LOAD-VALUE", f"with its aliases followed, the document holds more than {_MOST_NODES} values", "repeat less"
                    )
                )
        if anchor is not None:
            self.anchors[anchor] = node
        return node

    def alias(self, event: AliasEvent) -> Node:
        target = self.anchors.get(event.anchor)
        if target is not None:
            return target
        if event.anchor in self.anchors:
            self.refuse(event, "LOAD-YAML", f"*{event.anchor} stands inside of what it repeats", "write the value out")
        else:
            self.refuse(event, "LOAD-YAML", f"no anchor &{event.anchor} before this alias", f"put &{event.anchor} before the value to repeat")
        node = Node(None, *_place(event), torn=True)
        self.sizes[id(node)] = 1
        return node

    def sequence(self, node: Node, events: Iterator[Event], depth: int) -> None:
        items: list[object] = []
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            child = self.node(event, events, depth + 1)
            node.children[len(items)] = child
            items.append(child.value)
        node.value = items

    def mapping(self, node: Node, events: Iterator[Event], depth: int) -> None:
        members: dict[str, object] = {}
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            key_node = self.node(event, events, depth + 1)
            value = self.node(next(events), events, depth + 1)
            key = self.key(event, key_node)
            if key is None:
                node.torn = True
                self.lost += [getattr(event, "value", ""), value.value]
                continue
            if key in members:
                first = node.keys[key][0]
                self.refuse(event, "LOAD-DUPLICATE", f'the key "{key}" stands here twice, first in line {first}', "keep one of them")
                self.lost.append(value.value)
                continue
            members[key] = value.value
            node.children[key] = value
            node.keys[key] = _place(event)
        node.value = members

    def key(self, event: Event, node: Node) -> str | None:
        plain = isinstance(event, ScalarEvent) and event.implicit[0]
        if plain and node.value == "<<":
            self.refuse(event, "LOAD-YAML", "`<<` is a merge key of YAML 1.1, and definitions are YAML 1.2", "write the keys out")
            return None
        if isinstance(node.value, str):
            return node.value
        if isinstance(event, ScalarEvent):
            self.refuse(event, "LOAD-KEY", f"the key {event.value or 'null'} is not a string", f'put it in quotes: "{event.value}"')
        else:
            self.refuse(event, "LOAD-KEY", "a key has to be a string, and this one is a list or a mapping", "give it a name")
        return None

    def scalar(self, event: ScalarEvent) -> object:
        if event.tag is not None and event.tag != _STRING_TAG:
            self.refuse(event, "LOAD-YAML", f"a definition takes no tag, and here is {event.tag}", "remove the tag")
        text: str = event.value
        if not event.implicit[0] or event.tag is not None:
            return self.whole(event, text)
        value = _meaning(text)
        if isinstance(value, int | float) and not isinstance(value, bool):
            problem = number_refused(value)
            if problem is not None:
                self.refuse(event, "LOAD-VALUE", problem, f'if it is a text, put it in quotes: "{text}"')
                return None
        return value

    def whole(self, event: ScalarEvent, text: str) -> str:
        """A quoted text, in which JSON's way of writing a character beyond U+FFFF, as a pair, is that character."""
        if text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text):
            return text
        try:
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            self.refuse(event, "LOAD-VALUE", "half of a surrogate pair is no character", "write both halves, or the character itself")
            return ""


def _meaning(text: str) -> object:
    """What a plain scalar is in the core schema of YAML 1.2."""
    match text:
        case "" | "~" | "null" | "Null" | "NULL":
            return None
        case "true" | "True" | "TRUE":
            return True
        case "false" | "False" | "FALSE":
            return False
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) < 20 else float("inf")
    if _OTHER_INTEGER.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return float(text)
    return float("inf") if _NOT_FINITE.fullmatch(text) else text


def _place(event: Event) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _syntax(error: MarkedYAMLError, text: str) -> Refused:
    mark: StringMark | None = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)
    lines = text.splitlines()
    problem = str(error.problem or error.context)
    if line and "\t" in lines[min(line, len(lines)) - 1][: column + 1] and "\\t" in problem:
        return Refused(line, column, "LOAD-SYNTAX", "not valid YAML: a tab where the indentation is", "indent with spaces")
    if problem == "mapping values are not allowed here":
        help = "a text that holds `: ` needs quotes; or the line is indented too far"
        return Refused(line, column, "LOAD-SYNTAX", "not valid YAML: a `:` where no key can stand", help)
    if error.context is not None and error.context_mark is not None and "end>" in problem or "end of stream" in problem:
        opening: StringMark | None = error.context_mark or mark
        if opening is not None:
            what = "a quoted text" if "quoted" in str(error.context) else "what begins here"
            return Refused(opening.line + 1, opening.column + 1, "LOAD-SYNTAX", f"not valid YAML: {what} is never closed", "close it")
    return Refused(line, column, "LOAD-SYNTAX", f"not valid YAML: {problem}", _LOOK)
