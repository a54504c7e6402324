"""Static checks over the definitions: what one part of a project says about another.

References between entities and collisions of generated names are resolve's; what one object says about itself, the model's and load's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from coregen.diagnostics import Diagnostic, gathered
from coregen.verify.channels import check_channels
from coregen.verify.declared import Declared, Findings
from coregen.verify.fields import check_data, check_fields
from coregen.verify.machines import check_machines
from coregen.verify.modules import check_dependencies, check_subscriptions
from coregen.verify.names import check_duplicates, check_names, check_prefixes
from coregen.verify.rules import check_rules, named_rules

if TYPE_CHECKING:
    from coregen.load import LoadedModule

__all__ = ["verify"]


def verify(modules: Sequence[LoadedModule], complete: bool = True) -> tuple[Diagnostic, ...]:
    """Every error and warning of all modules, sorted by place.

    Args:
        complete: whether these are all modules of the project. If not, what none of them declares is not reported.
    """
    declared = Declared(tuple(module.definition for module in modules), complete)
    rules = named_rules(declared)
    all_findings = [Findings(module) for module in modules]
    check_duplicates(all_findings)
    check_prefixes(all_findings)
    check_dependencies(all_findings, declared)
    check_rules(all_findings, declared, rules)
    for findings in all_findings:
        check_names(findings)
        check_fields(findings)
        check_data(findings)
        check_machines(findings, declared, rules)
        check_subscriptions(findings, declared)
        check_channels(findings, declared)
    return gathered(diagnostic for findings in all_findings for diagnostic in findings.diagnostics)
