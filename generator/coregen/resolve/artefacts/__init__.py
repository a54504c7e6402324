"""The artefacts of a module: `openapi.json`, `forms.json`, `types.ts` and `diagrams.md`, as text."""

from __future__ import annotations

from coregen.ir import ArtefactsIR
from coregen.resolve.artefacts.diagrams import diagrams
from coregen.resolve.artefacts.forms import forms
from coregen.resolve.artefacts.json_text import json_text
from coregen.resolve.artefacts.openapi import openapi
from coregen.resolve.artefacts.shapes import ArtefactModule
from coregen.resolve.artefacts.typescript import typescript


def artefacts(module: ArtefactModule) -> ArtefactsIR:
    """All four; each depends on the definitions alone and ends with one newline."""
    return ArtefactsIR(openapi=json_text(openapi(module)), forms=json_text(forms(module)), typescript=typescript(module), diagrams=diagrams(module))
