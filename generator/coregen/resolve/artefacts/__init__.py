"""The artefacts of a module: `openapi.json`, `forms.json`, `types.ts` and `diagrams.md`, as text."""

from __future__ import annotations

import json
from typing import Any

from coregen.ir import ArtefactsIR
from coregen.resolve.artefacts.diagrams import diagrams
from coregen.resolve.artefacts.forms import forms
from coregen.resolve.artefacts.openapi import openapi
from coregen.resolve.artefacts.shapes import ArtefactModule
from coregen.resolve.artefacts.typescript import typescript


def artefacts(module: ArtefactModule) -> ArtefactsIR:
    """All four; each depends on the definitions alone and ends with one newline."""
    return ArtefactsIR(openapi=_json(openapi(module)), forms=_json(forms(module)), typescript=typescript(module), diagrams=diagrams(module))


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
