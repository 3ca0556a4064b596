"""A small project in a git repository: nobody's settings, a fixed author and date."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

RULESET = """\
leadline: 1
model: demo
timezone: UTC
scores:
  readiness:
    actions:
      demo: {event: demo_request, points: 40, limit: 1}
      pricing: {event: page_view, where: url starts with "/pricing", points: 8}
"""
TESTS = """\
cases:
  a demo is worth 40:
    given:
      events:
        - {lead_id: ada, type: demo_request, occurred_at: 2026-06-30 09:00:00}
        - {lead_id: ada, type: demo_request, occurred_at: 2026-06-30 10:00:00}
    on: 2026-06-30
    expect:
      leads:
        ada: {scores: {readiness: 40}}
"""
EVENTS = """\
event_id,lead_id,occurred_at,type,url
1,ada,2026-06-01T09:00:00Z,page_view,/pricing
2,ben,2026-06-01T09:00:00Z,demo_request,
"""
PROJECT = """\
rulesets: [rulesets/demo]
sources:
  log:
    plugin: csv
    settings:
      files: {events: data/events.csv}
"""
FILES = {
    "leadline.yaml": PROJECT,
    "rulesets/demo/ruleset.yaml": RULESET,
    "rulesets/demo/ruleset.test.yaml": TESTS,
    "data/events.csv": EVENTS,
}

_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@acme.example",
    "GIT_AUTHOR_DATE": "2026-06-30T09:00:00Z",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@acme.example",
    "GIT_COMMITTER_DATE": "2026-06-30T09:00:00Z",
}


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder and return what it printed."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=environment | _ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def commit(folder: Path, message: str) -> str:
    """Commit all that is in a folder, which becomes a repository, and return the commit."""
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", message)
    return git(folder, "rev-parse", "HEAD")


def repository(folder: Path, files: dict[str, str] = FILES) -> tuple[Path, str]:
    """Make a repository with one commit, and return its folder and the commit."""
    root = folder / "repository"
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root, commit(root, "the model")
