"""The benchmark of the generator runs, over projects that are what it says they are."""

from __future__ import annotations

import ast
from pathlib import Path

from benchmarks.generate import IN_A_MODULE, checked, contestants, projects


def test_a_project_has_its_entities_three_times_generated_by_hand_and_as_json_schema(tmp_path: Path) -> None:
    [folder] = projects([3], tmp_path).values()
    by_hand = ast.parse((folder / "by_hand.py").read_text())

    assert ["e0.py", "e1.py", "e2.py"] == sorted(path.name for path in folder.glob("mods/m0/generated/entities/e*.py"))
    assert {"E0", "E1", "E2"} < {each.name for each in by_hand.body if isinstance(each, ast.ClassDef)}
    assert (folder / "schema.json").exists()


def test_every_contestant_runs(tmp_path: Path) -> None:
    [folder] = projects([1], tmp_path).values()
    for contestant in (*contestants(1, folder), *checked(1, folder)):
        contestant.run()

    assert "class E0" in (folder / "models.py").read_text()


def test_a_module_holds_so_many_entities(tmp_path: Path) -> None:
    size = IN_A_MODULE + 1
    [folder] = projects([size], tmp_path).values()

    assert {"m0": IN_A_MODULE, f"m{IN_A_MODULE}": 1} == {
        module.name: len(list(module.glob("generated/entities/e*.py"))) for module in (folder / "mods").iterdir()
    }
