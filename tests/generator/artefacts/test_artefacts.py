"""The four files as text."""

from __future__ import annotations

import json
from dataclasses import astuple, replace

from coregen.resolve.artefacts import artefacts
from coregen.resolve.artefacts.forms import forms
from coregen.resolve.artefacts.openapi import openapi
from coregen.resolve.artefacts.shapes import ArtefactModule


def test_each_file_ends_with_one_newline(ordering: ArtefactModule) -> None:
    texts = astuple(artefacts(ordering))

    assert [True] * 4 == [text.endswith("\n") and not text.endswith("\n\n") for text in texts]


def test_the_json_files_hold_the_documents(ordering: ArtefactModule) -> None:
    texts = artefacts(ordering)

    assert (openapi(ordering), forms(ordering)) == (json.loads(texts.openapi), json.loads(texts.forms))


def test_letters_beyond_ascii_stay_readable(ordering: ArtefactModule) -> None:
    named = ordering.definition.model_copy(update={"description": "Bücher & mehr"})

    assert '"description": "Bücher & mehr"' in artefacts(replace(ordering, definition=named)).openapi
