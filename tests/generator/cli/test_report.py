"""How outcomes read: the pages of the example, word for word."""

from __future__ import annotations

import json

import pytest

from coregen.cli.report import diff, print_diagnostics, print_drift, print_json, print_report
from coregen.diagnostics import Diagnostic
from coregen.files import Change
from coregen.pipeline import Drift, ModuleSummary, Outcome

CATALOG = ModuleSummary("catalog", "shop/catalog", 2, 1, 1, 0)


def made(path: str, *notes: str) -> Change:
    return Change(f"shop/catalog/{path}", "catalog", "create", None, "x\n", notes)


def test_a_sync_says_what_each_module_is_and_what_was_done(capsys: pytest.CaptureFixture[str]) -> None:
    changes = (*(made(f"generated/{number}.py") for number in range(14)), made("handlers.py", "+ reprice"))
    print_report(Outcome(changes, modules=(CATALOG,), written=True), 0.308, dry=False)

    assert "catalog  2 entities  1 machine  1 command of yours\n  + 14 files   handlers.py: + reprice\ndone in 0.31 s\n" == capsys.readouterr().out


def test_changes_of_every_kind_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    changes = (
        made("a"),
        Change("shop/catalog/b", "catalog", "update", "1", "2"),
        Change("shop/catalog/c", "catalog", "delete", "1", None),
        Change("shop/catalog/d", "catalog", "keep", "1", "1"),
    )
    print_report(Outcome(changes, modules=(CATALOG, ModuleSummary("identity", "shop/identity", 1, 0, 0, 1))), 1, dry=True)

    assert "  + 1 file   ~ 1 file   - 1 file\n1 module unchanged\nnothing was written, done in 1.00 s\n" == capsys.readouterr().out.partition("\n")[2]


def test_nothing_to_do_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    print_report(Outcome(), 0.04, dry=False)

    assert "nothing to do\ndone in 0.04 s\n" == capsys.readouterr().out


def test_drift_is_listed_a_module_a_line_with_reasons_and_the_fix(capsys: pytest.CaptureFixture[str]) -> None:
    drift = (
        Drift("shop/catalog/generated/product.py", "catalog", "definition changed"),
        Drift("shop/catalog/generated/openapi.json", "catalog", "definition changed"),
        Drift("shop/catalog/generated/ids.py", "catalog", "edited by hand"),
    )
    print_drift(drift, {"catalog": "shop/catalog"})

    assert (
        "catalog is stale: generated/product.py, generated/openapi.json (definition changed); generated/ids.py (edited by hand)\n"
        '  help: run "coregen sync"; "coregen sync --diff" shows what it would write\n'
    ) == capsys.readouterr().out


def test_errors_are_counted_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    one = Diagnostic("shop/catalog/definition.py", 24, 47, "error", "RULE-FIELD", 'Product has no field "prise"', 'did you mean "price"?')
    print_diagnostics([one, Diagnostic("a.py", 1, 1, "warning", "W", "doubtful"), Diagnostic("b.py", 1, 1, "error", "E", "wrong")])
    printed = capsys.readouterr()

    assert "" == printed.out
    assert printed.err.startswith(
        'shop/catalog/definition.py:24:47: error[RULE-FIELD]: Product has no field "prise"\n  help: did you mean "price"?\n'
    )
    assert printed.err.endswith("2 errors, nothing was written\n")


def test_json_holds_everything_in_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = Outcome(
        (made("a", "+ x"),), (Diagnostic("a.py", 1, 2, "warning", "W", "doubtful", "do"),), (Drift("a", "catalog", "missing"),), (CATALOG,), True
    )
    print_json(outcome, 0.5)
    document = json.loads(capsys.readouterr().out)

    assert [{"path": "shop/catalog/a", "module": "catalog", "kind": "create", "notes": ["+ x"]}] == document["changes"]
    assert [{"path": "a.py", "line": 1, "column": 2, "severity": "warning", "code": "W", "message": "doubtful", "help": "do"}] == document[
        "diagnostics"
    ]
    assert ([{"path": "a", "module": "catalog", "reason": "missing"}], True) == (document["stale"], document["written"])


def test_a_diff_reads_as_git_writes_it() -> None:
    change = Change("a.py", "catalog", "update", "one\ntwo\n", "one\n2")

    assert ["--- a/a.py", "+++ b/a.py", "@@ -1,2 +1,2 @@", " one", "-two", "+2", "\\ No newline at end of file"] == diff(change)
    assert ["--- /dev/null", "+++ b/a.py"] == diff(Change("a.py", "catalog", "create", None, "x\n"))[:2]
    assert [] == diff(Change("a.py", "catalog", "keep", "x", "x"))
