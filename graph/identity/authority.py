"""All that is known of names in a workspace: its decisions first, then the registry of institutions."""

from __future__ import annotations

import hashlib

from graph.identity.decisions import build_decisions, read_decisions
from graph.identity.known import Knowledge, Stacked
from graph.identity.registry import own_entries, registry
from graph.workspace import Workspace


def authority(workspace: Workspace) -> tuple[Knowledge, str]:
    """The knowledge that identity is decided by, and its digest: when that changes, names have to be settled anew."""
    decisions = read_decisions(workspace.decisions)
    entries = registry(workspace.registry)
    whole = hashlib.sha256(repr((decisions, own_entries())).encode())
    if workspace.registry.is_file():
        whole.update(workspace.registry.read_bytes())
    return Stacked((build_decisions(decisions), entries)), whole.hexdigest()
