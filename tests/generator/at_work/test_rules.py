"""Rules of a definition, through the generator and at work: `any` and `all` in guards, named rules and templates; and one without end."""

from __future__ import annotations

import pytest

from coregen.load import load
from coregen.project import find_folders
from tests.generator.at_work.conftest import MakeProject, booted, judged
from tests.generator.conftest import WriteProject

DEFINITION = """
    id: goods
    version: 1.0.0
    entities:
      - name: Order
        idPrefix: ord
        fields:
          - { key: limit, type: number, required: true }
          - { key: lines, type: json, required: true }
    fsms:
      - id: order-fsm
        entityType: Order
        initial: draft
        states:
          draft:
            on:
              place:
                target: placed
                guard:
                  and:
                    - all: order.lines
                      as: line
                      where: { field: line.quantity, op: lte, value: { ref: order.limit } }
                    - not: { any: order.lines, where: { ref: forbidden } }
                    - { template: has, params: { sku: A } }
          placed: { terminal: true }
    rules:
      forbidden: { field: item.kind, op: in, value: [weapon, poison] }
      has: { any: entity.lines, where: { field: item.sku, op: eq, value: { param: sku } } }
"""


def test_guards_ask_the_elements_of_arrays(make_project: MakeProject) -> None:
    """Semantics 19: the guard's failure names the element."""
    folder = make_project(DEFINITION)
    printed = booted(
        folder,
        """
        from coregen_runtime import BusinessError

        async def attempt(lines):
            order = await ctx.dispatch(CreateOrder(limit=5, lines=lines))
            try:
                print((await ctx.dispatch(TransitionOrder(id=order.id, event="place"))).status)
            except BusinessError as error:
                print(error.message.partition(": ")[2].partition("; valid")[0])

        await attempt([{"sku": "A", "quantity": 1}, {"sku": "B", "quantity": 9}])
        await attempt([{"sku": "A", "quantity": 1, "kind": "poison"}])
        await attempt([{"sku": "B", "quantity": 1}])
        await attempt([{"sku": "A", "quantity": 5}])
        """,
    )

    assert [
        "order.lines.1.quantity must be at most order.limit",
        'order.lines.0.kind must not be one of "weapon", "poison"',
        'entity.lines.0.sku must be "A"',
        "placed",
    ] == printed.splitlines()
    assert "" == judged(folder)


@pytest.mark.parametrize("levels", [100, 10_000])
def test_a_rule_without_end_in_a_python_definition_is_a_diagnostic(write_project: WriteProject, levels: int) -> None:
    """Semantics 12: built of objects or written as data."""
    for start, around in (('F("a").exists()', "~r"), ('{"field": "a", "op": "exists"}', '{"not": r}')):
        project = write_project({"shop/goods/definition.py": f"""
            from coregen_runtime import F, ModuleDefinition

            r = {start}
            for _ in range({levels}):
                r = {around}
            module = ModuleDefinition(id="goods", version="1", rules={{"r": r}})
            """})
        found = load(project, find_folders(project).folders).diagnostics

        assert ["RULE-SIZE"] == [each.code for each in found]
        assert "64 levels deep" in found[0].message
