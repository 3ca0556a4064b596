"""Messages for the tests of outputs, and outputs opened through the door that plugins have."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from leadline.plugin import Message, OpenOutput, Outcome, OutputContext, Plugins, open_output

CORPUS = Path(__file__).parent.parent.parent.parent / "shared/corpora/blns/blns.json"


def message(
    key: str = "k1", lead_id: str = "ada", /, *, name: str | None = None, **lead: object
) -> Message:
    """Return a message of the end of June 2026, a minute later for each number in its key."""
    who = {} if name is None else {"lead.name": name}
    later = timedelta(minutes=int("".join(filter(str.isdigit, key)) or 0))
    return Message(
        key=key,
        model="small",
        automation="qualify",
        edge="enters",
        subject="hot",
        lead_id=lead_id,
        at=datetime(2026, 6, 29, 22, 30, tzinfo=UTC) + later,
        cause="event v7/1: demo_request",
        lead={
            **who,
            "readiness": 72.25,
            "grade fit": "B",
            "stage": "sales_ready",
            "lead.owner": None,
            "tags": "mql=2026-06-30",
            "reason_1": "demo_request +40",
            "reason_2": "video_share +32.25",
            "reason_3": None,
            **lead,
        },
    )


def opened(plugin: str, root: Path, **settings: object) -> OpenOutput:
    return open_output(Plugins(), plugin, settings, OutputContext(root, "digest"))


def sent(plugin: str, root: Path, *messages: Message, **settings: object) -> list[Outcome]:
    return list(opened(plugin, root, **settings).deliver(messages))


def naughty() -> list[str]:
    """Return texts that have broken programs before (Big List of Naughty Strings)."""
    if not CORPUS.is_file():
        pytest.skip("the corpus of naughty strings is not there")
    texts = json.loads(CORPUS.read_text(encoding="utf-8"))
    assert len(texts) > 500
    return [*texts, "\ud800", "a\x00b", "a\rb", "x" * 5000]
