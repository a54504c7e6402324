"""The Mermaid page of a module."""

from __future__ import annotations

from coregen.resolve.artefacts.diagrams import diagrams, entity_diagram
from coregen.resolve.artefacts.shapes import ArtefactModule


def test_the_page_has_the_entities_and_each_machine(ordering: ArtefactModule) -> None:
    page = diagrams(ordering)

    assert ["# ordering", "## Entities", "## order-fsm: status of Order"] == [line for line in page.splitlines() if line.startswith("#")]
    assert ["```mermaid", "erDiagram", "```mermaid", "stateDiagram-v2"] == [
        line for line in page.splitlines() if line in ("```mermaid", "erDiagram", "stateDiagram-v2")
    ]


def test_a_reference_is_a_line_that_says_how_many_there_are_on_each_side(ordering: ArtefactModule) -> None:
    lines = [line.strip() for line in entity_diagram(ordering).splitlines() if "--" in line]

    assert [
        '"OrderLine" }o--|| "Order" : "order"',
        '"OrderLine" }o--|| "catalog.Product" : "product"',
        '"OrderLine" }o--o{ "catalog.Product" : "gifts"',
        '"OrderLine" |o--o| "Order" : "pk"',
    ] == lines


def test_an_entity_lists_its_fields_with_their_types_and_keys(ordering: ArtefactModule) -> None:
    text = entity_diagram(ordering)

    assert '    "Order" {\n        id id PK\n        string number UK\n        string customerEmail\n        money total\n' in text
    assert "        geo_point place\n" in text


def test_a_field_called_as_mermaid_calls_a_kind_of_key_gets_an_asterisk(ordering: ArtefactModule) -> None:
    assert "        ref *pk FK, UK\n" in entity_diagram(ordering)


def test_chinook_has_its_eleven_foreign_keys(chinook: ArtefactModule) -> None:
    lines = [line for line in entity_diagram(chinook).splitlines() if "--" in line]

    assert 11 == len(lines)
    assert '    "Employee" }o--o| "Employee" : "reportsTo"' in lines
