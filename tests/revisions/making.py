"""A repository made commit by commit, each with its author and day."""

from __future__ import annotations

from pathlib import Path

from tests.repository import git

FILE = "rulesets/main/ruleset.yaml"
FIRST = "rulesets/readiness/ruleset.yaml"
OTHER = "rulesets/events/ruleset.yaml"

START = """\
leadline: 1
model: demo
scores:
  readiness:
    sales_ready: 100
    actions:
      demo: {event: demo_request, points: 40, limit: 1}
      form: {event: form_submit, points: 20}
      trial: {event: trial_start, points: 30}
      pricing: {event: page_view, where: url starts with "/pricing", points: 8}
      mail: {event: email_click, points: 3}
stages: {by: score readiness, steps: [{name: aware}, {name: ready, at: 60}]}
"""
EVENTS = """\
leadline: 1
model: events
scores:
  interest:
    actions:
      webinar: {event: webinar_attend, points: 15}
      talk: {event: talk, points: 5}
"""


MAILS = """\
      mail_click:
        event: email_click
        points: 3.0
        note: Opens are machines.
"""


class Project:
    """A repository in a folder; every commit is a day later than the one before."""

    def __init__(self, folder: Path) -> None:
        self.root = folder
        self.day = 0
        folder.mkdir(parents=True)
        git(folder, "init", "--quiet", "--initial-branch", "main")

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def change(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def commit(self, message: str, author: str = "Ada") -> str:
        self.day += 1
        git(self.root, "add", "--all")
        git(
            self.root,
            "commit",
            "--quiet",
            f"--author={author} <{author.split()[0].lower()}@acme.example>",
            f"--date=2026-01-{self.day:02}T09:00:00+01:00",
            "--message",
            message,
        )
        return git(self.root, "rev-parse", "HEAD")

    def merge(self, branch: str, message: str, author: str = "Ada") -> str:
        git(self.root, "merge", "--quiet", "--no-ff", "--no-commit", branch)
        return self.commit(message, author)


def with_everything(folder: Path) -> Project:
    """Make a repository in which all happens that can happen to a ruleset."""
    made = Project(folder)
    made.write(FIRST, START)
    made.write(OTHER, EVENTS)
    made.commit("Start the model")
    made.change(FIRST, "points: 40", "points: 50")
    raised = made.commit("Raise the demo\n\nSales says: it is worth more | much more.\n=1+1", "Ben")
    made.change(FIRST, "leadline: 1", "# Ask Ada.\nleadline: 1")
    made.commit("Say whom to ask")
    made.change(
        FIRST,
        "mail: {event: email_click, points: 3}",
        "mail:\n        event: email_click\n        points: 3.0",
    )
    made.commit("Write mail in lines")
    made.change(FIRST, "points: 3.0\n", "points: 3.0\n        note: Opens are machines.\n")
    made.commit("Say why mails give so little", "Zoë Ångström")
    git(made.root, "mv", "rulesets/readiness", "rulesets/main")
    made.commit("Give the folder its name")
    git(made.root, "checkout", "--quiet", "-b", "pricing")
    made.change(FILE, "points: 8}", "points: 8, limit: 3 per day}")
    made.commit("Limit pricing to three a day", "Cy")
    made.change(FILE, "points: 8,", "points: 10,")
    made.commit("Raise pricing", "Cy")
    git(made.root, "checkout", "--quiet", "main")
    made.write("README.md", "Our model.\n")
    made.commit("Describe it")
    made.merge("pricing", "Merge pull request #7 from acme/pricing")
    git(made.root, "revert", "--no-commit", raised)
    made.commit('Revert "Raise the demo"', "Ben")
    made.change(OTHER, "      webinar: {event: webinar_attend, points: 15}\n", "")
    made.change(
        FILE, "      mail:", "      webinar: {event: webinar_attend, points: 15}\n      mail:"
    )
    made.commit("Count webinars in the main model")
    made.change(FILE, "mail:", "mail_click:")
    made.commit("Call mails what they are")
    made.change(FILE, "at: 60", "at: sixty")
    made.commit("Lower the bar", "Ben")
    made.change(FILE, "at: sixty", "at: 50")
    made.change(FILE, MAILS, "")
    made.commit("Drop mails; lower the bar for good", "Ben")
    return made
