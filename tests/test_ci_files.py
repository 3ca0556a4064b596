"""The action, the hooks and what the documentation shows of them: run as GitHub would run them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from tests.repository import FILES, RULESET, commit, repository

from leadline import __version__
from leadline.cli import run_command

ROOT = Path(__file__).parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
EXPRESSION = re.compile(r"\$\{\{ (.*?) \}\}")
#: A program that nobody has ever reviewed.
AUDITS = """\
audits:
  demos:
    kind: content
    metric: count(demo_request)
    started: 2026-01-01
"""
#: As GitHub runs `shell: bash`.
BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail")


@dataclass
class Job:
    """The action in a job: its inputs, where it runs, and what came of it."""

    root: Path
    inputs: dict[str, str]
    base: str = ""
    steps: dict[str, dict[str, str]] = field(default_factory=dict)
    logs: dict[str, str] = field(default_factory=dict)
    code: int = 0

    @property
    def log(self) -> str:
        return "".join(self.logs.values())

    @property
    def summary(self) -> str:
        return (self.root.parent / "summary.md").read_text(encoding="utf-8")

    def output(self, name: str) -> str:
        return self.expand(ACTION["outputs"][name]["value"])

    def expand(self, text: str) -> str:
        return EXPRESSION.sub(lambda found: self._value(found[1]), text)

    def _value(self, expression: str) -> str:
        values = (self._one(part) for part in expression.split(" || "))
        return next(filter(None, values), "")

    def _one(self, name: str) -> str:
        if name.startswith("inputs."):
            key = name.removeprefix("inputs.")
            return self.inputs.get(key, ACTION["inputs"][key]["default"])
        if found := re.fullmatch(r"steps\.([a-z]+)\.outputs\.([a-z]+)", name):
            return self.steps.get(found[1], {}).get(found[2], "")
        return {
            "github.event.pull_request.base.sha": self.base,
            "github.action_path": str(ROOT),
        }[name]

    def run(self, *ids: str) -> Job:
        """Run the steps, or those of some ids alone."""
        assert set(self.inputs) <= set(ACTION["inputs"])
        temp = self.root.parent / "temp"
        temp.mkdir()
        for step in ACTION["runs"]["steps"]:
            if not ids or step.get("id") in ids:
                self._step(step, temp)
            if self.code:
                break
        return self

    def _step(self, step: dict[str, Any], temp: Path) -> None:
        files = {
            "GITHUB_OUTPUT": temp / "output",
            "GITHUB_PATH": temp / "path",
            "GITHUB_STEP_SUMMARY": self.root.parent / "summary.md",
        }
        (temp / "output").write_text("", encoding="utf-8")
        (temp / "script.sh").write_text(step["run"], encoding="utf-8")
        environment = {
            **surroundings(self.root, temp),
            **{name: str(path) for name, path in files.items()},
            **{name: self.expand(value) for name, value in step["env"].items()},
        }
        done = subprocess.run(
            [*BASH, str(temp / "script.sh")],
            cwd=self.root / self.expand(step.get("working-directory", ".")),
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        self.logs[step.get("id", "")] = done.stdout + done.stderr
        self.code = done.returncode
        written = (temp / "output").read_text(encoding="utf-8")
        self.steps[step.get("id", "")] = dict(line.split("=", 1) for line in written.splitlines())


def surroundings(root: Path, temp: Path) -> dict[str, str]:
    """Return the environment that GitHub gives to a step, without the paths of a single step."""
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "HOME": str(temp),
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(root),
        "RUNNER_TEMP": str(temp),
    }


def codes_of(job: Job) -> list[str]:
    return [job.output(f"{name}-code") for name in ("check", "test", "audit", "diff")]


def annotations(log: str) -> list[str]:
    return [line for line in log.splitlines() if re.match(r"::(error|warning|notice)", line)]


def test_a_good_change_is_checked_tested_and_compared(tmp_path: Path):
    root, base = repository(tmp_path)
    file = root / "rulesets/demo/ruleset.yaml"
    file.write_text(RULESET.replace("points: 8", "points: 9"), encoding="utf-8")
    commit(root, "prices are worth more")

    job = Job(root, {"data": "data", "version": "installed"}, base).run()

    assert job.code == 0, job.log
    assert codes_of(job) == ["0", "0", "0", "0"]
    headings = re.findall(r"^### (.+)$", job.summary, re.MULTILINE)
    assert headings == [
        "leadline check: good",
        "leadline test: good",
        "leadline audit due: good",
        "leadline diff: `demo`",
    ]
    assert Path(job.output("diff")).read_text(encoding="utf-8") in job.summary
    assert "pricing" in job.summary
    assert json.loads(Path(job.output("sarif")).read_text(encoding="utf-8"))["runs"]
    assert ElementTree.parse(job.output("junit")).getroot() is not None  # noqa: S314 - our own
    assert all(line.startswith("::notice ") for line in annotations(job.log))


def test_a_bad_change_fails_after_everything_was_told(tmp_path: Path):
    root, base = repository(tmp_path)
    file = root / "rulesets/demo/ruleset.yaml"
    rules = [f"      rule_{n}: {{event: page_view, pionts: 1}}\n" for n in range(12)]
    file.write_text(RULESET + "".join(rules), encoding="utf-8")
    commit(root, "many slips")

    job = Job(root, {"data": "data", "version": "installed"}, base).run()

    assert job.code != 0
    assert job.output("check-code") == "3"
    assert job.output("test-code") not in ("", "0")
    assert job.output("diff-code") not in ("", "0")
    sarif = json.loads(Path(job.output("sarif")).read_text(encoding="utf-8"))
    assert len(sarif["runs"][0]["results"]) == 12
    assert len(annotations(job.logs["check"])) == 10
    assert "3 more findings of 12; all of them are in the summary of the run" in job.log
    assert "file=rulesets/demo/ruleset.yaml,line=9" in job.log
    assert job.summary.count("unknown key `pionts`") >= 12
    assert "### leadline check: failed" in job.summary


def test_a_failed_test_and_a_threshold_fail_the_job(tmp_path: Path):
    root, base = repository(tmp_path)
    file = root / "rulesets/demo/ruleset.yaml"
    file.write_text(RULESET.replace("points: 40", "points: 50"), encoding="utf-8")
    commit(root, "demos are worth more")
    inputs = {"data": "data", "version": "installed", "fail-if": "score changes > 5%\n"}

    job = Job(root, inputs, base).run()

    assert job.code == 1
    assert codes_of(job) == ["0", "1", "0", "1"], job.log
    assert "a demo is worth 40" in job.summary


def test_a_project_in_a_folder_is_annotated_where_the_repository_has_it(tmp_path: Path):
    wrong = {"rulesets/demo/ruleset.yaml": RULESET.replace("limit", "limt")}
    files = {f"marketing/{name}": text for name, text in (FILES | wrong).items()}
    root, _ = repository(tmp_path, files)
    inputs = {"version": "installed", "working-directory": "marketing"}

    job = Job(root, inputs).run("install", "check", "diff")

    assert job.output("check-code") == "3"
    assert "file=marketing/rulesets/demo/ruleset.yaml,line=7" in job.log
    assert job.output("diff") == ""
    assert "nothing to compare with" in job.log


def test_nothing_in_an_input_is_run_or_taken_for_an_option(tmp_path: Path):
    root, _ = repository(tmp_path)
    hostile = ["$(touch pwned)", "`touch pwned`", '"; touch pwned; "', "--output=text=pwned"]
    inputs = {
        "rulesets": "\n".join(hostile),
        "data": hostile[0],
        "audit-within": hostile[0],
        "base": "--output=pwned",
        "fail-if": "\n".join(hostile),
        "version": "installed",
    }

    job = Job(root, inputs).run()

    assert codes_of(job) == ["2", "2", "2", "2"]
    assert list(tmp_path.rglob("*pwned*")) == []


def test_an_overdue_review_fails_the_job_unless_audits_are_switched_off(tmp_path: Path):
    root, base = repository(tmp_path / "on")
    file = root / "rulesets/demo/ruleset.yaml"
    file.write_text(RULESET + AUDITS, encoding="utf-8")
    commit(root, "demos are reviewed")
    shutil.copytree(root, tmp_path / "off/repository")

    job = Job(root, {"data": "data", "version": "installed"}, base).run()
    off = Job(tmp_path / "off/repository", {"version": "installed", "audits": "false"}).run()

    assert job.code == 1
    assert codes_of(job) == ["0", "0", "1", "0"], job.log
    line = 1 + (RULESET + AUDITS).splitlines().index("  demos:")
    [told] = [each for each in annotations(job.logs["audit"]) if "overdue" in each]
    assert told.startswith(f"::error file=rulesets/demo/ruleset.yaml,line={line},")
    assert "### leadline audit due: failed" in job.summary
    assert re.search(r"^\| demos \| content \| overdue by ", job.summary, re.MULTILINE)
    assert off.code == 0, off.log
    assert off.output("audit-code") == ""
    assert "audit" not in off.summary


def test_how_far_ahead_a_review_is_due_soon_is_an_input(tmp_path: Path):
    root, _ = repository(tmp_path)
    file = root / "rulesets/demo/ruleset.yaml"
    soon = datetime.now(UTC).date() - timedelta(days=60)
    file.write_text(RULESET + AUDITS.replace("2026-01-01", str(soon)), encoding="utf-8")
    inputs = {"version": "installed", "audit-within": "40 days"}

    job = Job(root, inputs).run("install", "audit")

    assert job.output("audit-code") == "0", job.log
    [told] = annotations(job.log)
    assert told.startswith("::notice ")
    assert "due in 30 days" in told or "due in 29 days" in told  # over midnight


def test_inputs_reach_scripts_by_the_environment_alone():
    for step in ACTION["runs"]["steps"]:
        assert step["shell"] == "bash"
        assert "${{" not in step["run"]
        assert set(step["env"]) <= set(re.findall(r"\$\{?([A-Z_]+)", step["run"]))


def test_every_input_is_used_and_told_of():
    used = set(re.findall(r"inputs\.([a-z-]+)", json.dumps(ACTION["runs"])))
    told = set(re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE))

    assert used == told == set(ACTION["inputs"])


def test_each_hook_lets_a_good_project_pass_and_stops_a_bad_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    root, _ = repository(tmp_path)
    monkeypatch.chdir(root)
    entries = [hook["entry"].split() for hook in HOOKS]

    assert [entry[0] for entry in entries] == ["leadline"] * 4
    assert run_command(["fmt"]) == 0
    assert [run_command(entry[1:]) for entry in entries] == [0, 0, 0, 0]

    file = root / "rulesets/demo/ruleset.yaml"
    written = file.read_text(encoding="utf-8")
    file.write_text(written.replace("points: 40", "points:  50"), encoding="utf-8")
    check, _, test, due = (run_command(entry[1:]) for entry in entries)
    # A hook that changes a file has stopped the commit, whatever it ends with.
    assert file.read_text(encoding="utf-8") == written.replace("points: 40", "points: 50")
    assert (check, test, due) == (0, 1, 0)
    file.write_text(written + AUDITS, encoding="utf-8")
    assert run_command(entries[3][1:]) == 1
    file.write_text(written.replace("points", "pionts"), encoding="utf-8")
    assert [run_command(entry[1:]) for entry in entries[::2]] == [3, 3]
    assert run_command(entries[3][1:]) == 3


def test_hooks_look_at_the_whole_project_at_once():
    names = ("check", "fmt", "test", "audit-due")
    assert [hook["id"] for hook in HOOKS] == [f"leadline-{name}" for name in names]
    for hook in HOOKS:
        assert hook["language"] == "python"
        assert hook["types"] == ["yaml"]
        assert hook["pass_filenames"] is False
        assert hook["require_serial"] is True


def test_the_workflow_of_a_new_project_does_what_it_says(tmp_path: Path):
    root = tmp_path / "repository"
    assert run_command(["init", str(root), "--leads", "60", "--until", "2026-06-30"]) == 0
    cases = root / "rulesets/b2b_saas/ruleset.test.yaml"
    first, _, _ = cases.read_text(encoding="utf-8").partition("\n\n")  # all of them take time
    cases.write_text(f"{first}\n", encoding="utf-8")
    base = commit(root, "as it was made")
    file = root / "rulesets/b2b_saas/ruleset.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Sales sent most", "Sales sent nearly all"), encoding="utf-8")
    workflow = yaml.safe_load((root / ".github/workflows/leadline.yml").read_text())
    summary = tmp_path / "summary.md"
    [install, *steps] = [step for step in workflow["jobs"]["rulesets"]["steps"] if "run" in step]

    for step in steps:
        environment = surroundings(root, tmp_path) | {
            "BASE": base,
            "GITHUB_STEP_SUMMARY": str(summary),
        }
        (tmp_path / "script.sh").write_text(step["run"], encoding="utf-8")
        done = subprocess.run(
            [*BASH, str(tmp_path / "script.sh")],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        # The sample programs are overdue, which a new project is told and does not fail over.
        ended = 1 if step.get("continue-on-error") else 0
        assert done.returncode == ended, done.stdout + done.stderr

    assert install["run"] == f"pip install leadline=={__version__}"
    named = [step["run"].split()[1] for step in steps]
    assert named == ["check", "fmt", "test", "audit", "diff"]
    assert [step["run"].split()[1] for step in steps if "continue-on-error" in step] == ["audit"]
    assert "Sales sent nearly all" in summary.read_text(encoding="utf-8")


def examples() -> list[dict[str, Any]]:
    blocks = re.findall(r"^```yml\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    return [yaml.safe_load(block) for block in blocks]


def test_the_examples_of_the_documentation_name_what_there_is():
    workflow, upload, hooks = examples()
    [leadline] = [
        step for step in workflow["jobs"]["rulesets"]["steps"] if "leadline@" in step["uses"]
    ]

    assert set(leadline["with"]) <= set(ACTION["inputs"])
    named = re.findall(r"steps\.leadline\.outputs\.([a-z-]+)", json.dumps([workflow, upload]))
    assert set(named) == {"sarif", "junit", "diff"} <= set(ACTION["outputs"])
    assert {hook["id"] for repo in hooks["repos"] for hook in repo["hooks"]} == {
        hook["id"] for hook in HOOKS
    }
