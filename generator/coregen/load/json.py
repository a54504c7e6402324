"""JSON documents with the place of every key and value. Duplicate keys, NaN, Infinity and numbers that JSON cannot carry exactly are refused."""

from __future__ import annotations

import re
from bisect import bisect_right
from json import JSONDecodeError, JSONDecoder

from coregen.load.positions import DEEPEST, Document, Node, Refused, number_refused

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORD = re.compile(r"[-+]?[A-Za-z_][A-Za-z0-9_]*")
_STRINGS = JSONDecoder(strict=True)
_WORDS: dict[str, object] = {"true": True, "false": False, "null": None}


def read(text: str) -> Document:
    """The document in `text`. Never raises: what is wrong comes back as `refused`; after a syntax error the rest is not read."""
    reader = _Reader(text)
    try:
        root, end = reader.value(reader.skip(0), 0)
        end = reader.skip(end)
        if end < len(text):
            raise reader.wrong(end, "something follows the end of the document", "a definition is one JSON object")
    except _Syntax as error:
        return Document(None, (*reader.refused, error.refused))
    return Document(root, tuple(reader.refused), tuple(reader.lost))


class _Syntax(Exception):
    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.message)
        self.refused = refused


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in re.finditer(r"\n", text))]
        self.refused: list[Refused] = []
        self.lost: list[object] = []

    def place(self, index: int) -> tuple[int, int]:
        line = bisect_right(self.starts, index)
        return line, index - self.starts[line - 1] + 1

    def wrong(self, index: int, problem: str, help: str = "", code: str = "LOAD-SYNTAX") -> _Syntax:
        sentence = f"not valid JSON: {problem}" if code == "LOAD-SYNTAX" else problem
        return _Syntax(Refused(*self.place(index), code, sentence, help))

    def refuse(self, index: int, code: str, message: str, help: str = "") -> None:
        self.refused.append(Refused(*self.place(index), code, message, help))

    def skip(self, index: int) -> int:
        space = _SPACE.match(self.text, index)
        return space.end() if space else index

    def value(self, index: int, depth: int) -> tuple[Node, int]:
        """The node that begins at `index`, and the index after it."""
        if depth > DEEPEST:
            raise self.wrong(index, f"the document nests deeper than {DEEPEST} levels", "nest it less", "LOAD-VALUE")
        node = Node(None, *self.place(index))
        first = self.text[index : index + 1]
        if first == "{":
            return node, self.object(node, index + 1, depth)
        if first == "[":
            return node, self.array(node, index + 1, depth)
        if first == '"':
            node.value, end = self.string(index)
            return node, end
        number = _NUMBER.match(self.text, index)
        word = _WORD.match(self.text, index)
        if number:
            node.value = self.number(index, number)
            node.torn = node.value is None
            return node, number.end()
        if word and word[0] in _WORDS:
            node.value = _WORDS[word[0]]
            return node, word.end()
        if word and word[0].lstrip("+-") in ("NaN", "Infinity"):
            self.refuse(index, "LOAD-VALUE", f"{word[0]} is no JSON value", "a number has to be finite")
            node.torn = True
            return node, word.end()
        raise self.wrong(index, *self.strange(index, word))

    def strange(self, index: int, word: re.Match[str] | None) -> tuple[str, str]:
        first = self.text[index : index + 1]
        if not first:
            return "it ends where a value is expected", "close what is open"
        if first == "'":
            return "a text stands in single quotes", 'JSON takes double quotes: "…"'
        if self.text.startswith(("//", "/*"), index):
            return "JSON has no comments", 'use "description", or write the definition in YAML'
        if first in "]}":
            return "a comma stands before the end", "remove the comma"
        if word:
            return f"{word[0]} is no JSON value", {"True": "write true", "False": "write false", "None": "write null"}.get(
                word[0], f'put it in quotes: "{word[0]}"'
            )
        return f'no value can begin with "{first}"', 'a text stands in double quotes: "…"'

    def number(self, index: int, match: re.Match[str]) -> object:
        whole = match[1] is None and match[2] is None
        value = int(match[0]) if whole and len(match[0]) < 20 else float(match[0])
        problem = number_refused(value) or (f"{match[0]} is beyond what JSON carries exactly" if whole and isinstance(value, float) else None)
        if problem is None:
            return value
        self.refuse(index, "LOAD-VALUE", problem, "write it as a text")
        return None

    def string(self, index: int) -> tuple[str, int]:
        try:
            value, end = _STRINGS.raw_decode(self.text, index)
        except JSONDecodeError as error:
            if error.msg.startswith("Unterminated"):
                raise self.wrong(index, "a text is never closed", 'close it with "') from None
            raise self.wrong(
                error.pos, error.msg[:1].lower() + error.msg[1:].removesuffix(" at"), r"in a text, write \\ for a backslash and \n for a line break"
            ) from None
        if any("\ud800" <= character <= "\udfff" for character in value):
            self.refuse(index, "LOAD-VALUE", "half of a surrogate pair is no character", "write both halves, or the character itself")
            return "", end
        return value, end

    def object(self, node: Node, index: int, depth: int) -> int:
        members: dict[str, object] = {}
        node.value = members
        index = self.skip(index)
        if self.text[index : index + 1] == "}":
            return index + 1
        while True:
            if self.text[index : index + 1] != '"':
                raise self.wrong(index, *self.no_key(index))
            place = index
            key, index = self.string(index)
            index = self.skip(index)
            if self.text[index : index + 1] != ":":
                raise self.wrong(index, f'a ":" is expected after the key "{key}"', f'write "{key}": …')
            child, index = self.value(self.skip(index + 1), depth + 1)
            if key in members:
                self.refuse(place, "LOAD-DUPLICATE", f'the key "{key}" stands here twice, first in line {node.keys[key][0]}', "keep one of them")
                self.lost.append(child.value)
            else:
                members[key] = child.value
                node.children[key] = child
                node.keys[key] = self.place(place)
            index, done = self.next(index, "}")
            if done:
                return index

    def no_key(self, index: int) -> tuple[str, str]:
        first = self.text[index : index + 1]
        if first == "}":
            return "a comma stands before the end", "remove the comma"
        if self.text.startswith(("//", "/*"), index):
            return "JSON has no comments", 'use "description", or write the definition in YAML'
        return ("a key is expected", 'a key is a text in double quotes: "…"') if first else ("it ends inside an object", "close it with }")

    def array(self, node: Node, index: int, depth: int) -> int:
        items: list[object] = []
        node.value = items
        index = self.skip(index)
        if self.text[index : index + 1] == "]":
            return index + 1
        while True:
            child, index = self.value(index, depth + 1)
            node.children[len(items)] = child
            items.append(child.value)
            index, done = self.next(index, "]")
            if done:
                return index

    def next(self, index: int, closing: str) -> tuple[int, bool]:
        index = self.skip(index)
        character = self.text[index : index + 1]
        if character == closing:
            return index + 1, True
        if character == ",":
            return self.skip(index + 1), False
        problem = f'"," or "{closing}" is expected' if character else f'it ends before the closing "{closing}"'
        raise self.wrong(index, problem, f"put a comma between two values, or close with {closing}")
