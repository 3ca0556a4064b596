"""Git, read only: files as they were, and the commits that made them. The one module that runs git.

Nothing is checked out, written or fetched: objects are read from the repository that is there.
Only plumbing commands run, with names passed apart from options, so neither the settings of a
user nor a file's name changes what they do.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from leadline.diagnostic import nearest
from leadline.errors import UsageError

#: The one side of a comparison that is no revision: the files as they stand.
WORKING_TREE = "working tree"

#: What git may know of its surroundings. Others, such as GIT_DIR, are those of a hook's repository.
_KEPT = ("GIT_CONFIG", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM")
_SETTINGS = (
    "-c", "core.quotepath=off",
    "-c", "core.fsmonitor=false",
    "-c", "protocol.allow=never",
)  # fmt: skip
_SECONDS = 120
#: A fetch would be filtered as the clone was.
_REFETCH = "a partial clone lacks it: `git fetch --refetch --no-filter` once, while online"
#: What is told of a commit: short id, tree, author, when it was written, the whole message.
_TOLD = "%h%x00%T%x00%an%x00%aI%x00%B%x00"
#: Differences as lines for programs; of one change so many files are compared for renames.
_RAW = ("-r", "--raw", "-z", "--no-abbrev", "--no-ext-diff", "-l1000")


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit: the name a person gave it, and its full id."""

    name: str
    commit: str


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit as its author told of it.

    Attributes:
        commit: the full id; ``short`` is its beginning, long enough to be the only one.
        parents: the ids of the commits before it among those that were asked for.
        tree: the id of its files.
        at: when it was written, in the author's own offset; None where that is no time.
        message: the whole of it.
    """

    commit: str
    short: str
    parents: tuple[str, ...]
    tree: str
    author: str
    at: datetime | None
    message: str

    @property
    def subject(self) -> str:
        """The first line of the message."""
        return self.message.split("\n", 1)[0].strip()


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository, by the folder of its working tree."""

    root: Path

    def path_of(self, file: Path) -> str:
        """Return a file's path in the repository, whether the file is there or not.

        Raises:
            UsageError: it lies outside.
        """
        place = file.parent.resolve() / file.name
        if not place.is_relative_to(self.root):
            raise UsageError(f"{file} is not in the repository {self.root}")
        return place.relative_to(self.root).as_posix()

    def revision(self, name: str) -> Revision:
        """Return the commit of a name, such as ``main``, ``HEAD~2``, ``v1.2`` or an id.

        Raises:
            UsageError: there is none.
        """
        found = self._find(name)
        if found is None:
            raise self._unknown(name)
        return Revision(name, found)

    def has_revision(self, name: str) -> bool:
        """Say whether a name is that of a commit."""
        return self._find(name) is not None

    def merge_base(self, one: Revision, other: Revision) -> Revision:
        """Return the commit in which two histories part, as ``A...B`` asks for it.

        Raises:
            UsageError: they have none in common.
        """
        done = _run(self.root, "merge-base", one.commit, other.commit)
        commit = done.stdout.decode().split("\n")[0]
        if done.returncode or not commit:
            raise UsageError(
                f"`{one.name}` and `{other.name}` have no commit in common here",
                hint=self._deepen() or f"`{one.name}..{other.name}` compares them directly",
            )
        return Revision(f"{one.name}...{other.name}", commit)

    def files(self, revision: Revision) -> tuple[str, ...]:
        """Return the paths of all files at a revision, in order."""
        out = self._output("ls-tree", "-r", "-z", "--name-only", "--full-tree", revision.commit)
        return tuple(sorted(_names(out)))

    def read(self, revision: Revision, path: str) -> bytes | None:
        """Return what a file held at a revision, or None where it was not there.

        Raises:
            UsageError: its content is not in this clone.
        """
        listed = self._output(
            "--literal-pathspecs", "ls-tree", "-z", "--full-tree", revision.commit, "--", path
        )
        entry = next(iter(_names(listed)), "")
        kind, _, _ = entry.partition("\t")
        if " blob " not in f" {kind} ":
            return None
        done = _run(self.root, "cat-file", "blob", kind.split()[-1])
        if done.returncode:
            raise UsageError(
                f"what `{path}` held at `{revision.name}` is not in this clone",
                hint=_REFETCH,
            )
        return done.stdout

    def renames(self, base: Revision, head: Revision | None) -> dict[str, str]:
        """Return the files that were renamed: the path at the head -> the one at the base.

        Args:
            base: the earlier side.
            head: the later side; None is the working tree, as far as git follows its files.
        """
        common = ("-r", "-M", "--diff-filter=R", "--name-status", "-z", "--no-ext-diff")
        if head is None:
            out = self._output("diff-index", *common, base.commit, "--")
        else:
            out = self._output("diff-tree", *common, base.commit, head.commit, "--")
        names = _names(out)
        return {
            names[at + 2]: names[at + 1]
            for at in range(0, len(names) - 2, 3)
            if names[at].startswith("R")
        }

    def log(self, head: Revision, patterns: Sequence[str]) -> bytes:
        """Return what git tells of the commits that change files, and of every merge.

        Each is a line ``commit``, its id and those of its parents among the commits that are told
        of; then, a NUL behind each: short id, tree, author, date, message. Parents come first.

        Args:
            head: the last one.
            patterns: pathspecs of the files.
        """
        return self._output(
            "rev-list", "--topo-order", "--reverse", "--parents", "--full-history", "--abbrev=7",
            "--encoding=UTF-8", f"--format={_TOLD}", head.commit, "--", *patterns,
        )  # fmt: skip

    def first_parents(self, head: Revision) -> frozenset[str]:
        """Return the ids of the commits that a branch itself went through, up to a revision."""
        return frozenset(self._output("rev-list", "--first-parent", head.commit).decode().split())

    def since(self, base: Revision, head: Revision) -> frozenset[str]:
        """Return the ids of the commits up to the head that the base does not have."""
        return frozenset(self._output("rev-list", head.commit, f"^{base.commit}").decode().split())

    def cut_off(self, head: Revision) -> frozenset[str]:
        """Return the ids of the commits whose parents a shallow clone does not have."""
        if not self._deepen():
            return frozenset()
        ends = self._output("rev-list", "--max-parents=0", head.commit).decode().split()
        return frozenset(
            end
            for end in ends
            if b"\nparent " in self._output("cat-file", "commit", end).partition(b"\n\n")[0]
        )

    def differences(
        self, trees: Sequence[tuple[str | None, str]], patterns: Sequence[str]
    ) -> bytes:
        """Return the raw differences of pairs of trees, renames found, as ``diff-tree -z`` does.

        Args:
            trees: the ids of pairs of trees; None is a tree without files.
            patterns: pathspecs of the files.

        Raises:
            UsageError: a tree is not in this clone.
        """
        empty = self._output("hash-object", "-t", "tree", "--stdin").decode().strip()
        asked = "".join(f"{old or empty} {new}\n" for old, new in trees).encode()
        for alike in ("-M", "-M100%"):
            # What a partial clone lacks cannot be compared; equal contents have equal ids.
            done = _run(
                self.root, "diff-tree", "--stdin", *_RAW, alike, "--", *patterns, said=asked
            )
            if not done.returncode:
                return done.stdout
        raise UsageError(f"git diff-tree: {_said(done)}", hint=self._deepen() or _REFETCH)

    def unsaved(self, head: Revision, patterns: Sequence[str]) -> bytes:
        """Return the raw differences of the working tree, as far as git follows its files."""
        return self._output("diff-index", *_RAW, "-M", head.commit, "--", *patterns)

    def contents(self, ids: Iterable[str]) -> dict[str, bytes | None]:
        """Return contents by their ids; None where one is not in this clone."""
        asked = list(dict.fromkeys(ids))
        found: dict[str, bytes | None] = dict.fromkeys(asked)
        done = self._batch(asked)
        if done.returncode:
            # A partial clone may end here at the first id that it lacks.
            every = self._output("cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
            here = frozenset(every.decode().split())
            asked = [id_ for id_ in asked if id_ in here]
            done = self._batch(asked)
        if done.returncode:
            raise UsageError(f"git cat-file: {_said(done)}", hint=self._deepen())
        at = 0
        for id_ in asked:
            line, at = _line(done.stdout, at)
            if not line.endswith(b" missing"):
                size = int(line.split()[-1])
                found[id_] = done.stdout[at : at + size]
                at += size + 1
        return found

    def _batch(self, ids: Iterable[str]) -> subprocess.CompletedProcess[bytes]:
        lines = "".join(f"{id_}\n" for id_ in ids).encode()
        return _run(self.root, "cat-file", "--batch", said=lines)

    def _find(self, name: str) -> str | None:
        if not name or name.startswith("-") or "\0" in name:
            return None
        done = _run(
            self.root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"
        )
        commit = done.stdout.decode().strip()
        return commit if done.returncode == 0 and commit else None

    def _unknown(self, name: str) -> UsageError:
        if self._find("HEAD") is None:
            return UsageError(
                f"the repository {self.root} has no commit yet", hint="commit the rulesets first"
            )
        out = self._output("for-each-ref", "--format=%(refname:short)")
        known = ["HEAD", *(ref for ref in out.decode(errors="replace").splitlines() if ref)]
        close = " or ".join(f"`{ref}`" for ref in nearest(name, known))
        hints = [f"did you mean {close}?"] if close else []
        hints += [self._deepen()] if self._deepen() else []
        if not hints:
            hints = ["`git log --oneline` and `git branch --all` list what there is"]
        return UsageError(f"`{name}` is no revision of {self.root}", hint="; ".join(hints))

    def _deepen(self) -> str:
        """Return what to do where the clone lacks the older commits; nothing where it does not."""
        done = _run(self.root, "rev-parse", "--is-shallow-repository")
        if done.stdout.strip() != b"true":
            return ""
        return (
            "this clone is shallow, older commits and other branches are missing: run "
            "`git fetch --unshallow`, or set `fetch-depth: 0` for actions/checkout"
        )

    def _output(self, *arguments: str) -> bytes:
        done = _run(self.root, *arguments)
        if done.returncode:
            hint = self._deepen() or (_REFETCH if b"promisor remote" in done.stderr else "")
            raise UsageError(f"git {arguments[0]}: {_said(done)}", hint=hint)
        return done.stdout


def find_repository(start: Path) -> Repository | None:
    """Return the repository that a folder lies in, or None where there is none.

    Raises:
        UsageError: there is no git, or git refuses the repository.
    """
    folder = start.resolve()
    while not folder.is_dir():
        folder = folder.parent
    done = _run(folder, "rev-parse", "--show-toplevel")
    if done.returncode == 0:
        # Only the line end that git adds: a folder's name may end in a blank.
        return Repository(Path(os.fsdecode(done.stdout).removesuffix("\n")).resolve())
    if "not a git repository" in done.stderr.decode(errors="replace"):
        return None
    trust = ""
    if b"dubious ownership" in done.stderr:
        trust = f"where it is yours: `git config --global --add safe.directory {folder}`"
    raise UsageError(f"git refuses {folder}: {_said(done)}", hint=trust)


def repository_of(start: Path) -> Repository:
    """Return the repository that a folder lies in.

    Raises:
        UsageError: there is none.
    """
    repository = find_repository(start)
    if repository is None:
        raise UsageError(
            f"{start.resolve()} is in no git repository",
            hint="name two files or folders to compare instead of revisions",
        )
    return repository


def inside(paths: Iterable[str], folder: str) -> tuple[str, ...]:
    """Return the paths that lie in a folder of the repository; "" or "." is all of them."""
    if folder in ("", "."):
        return tuple(paths)
    return tuple(path for path in paths if PurePosixPath(path).is_relative_to(folder))


def _run(folder: Path, *arguments: str, said: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run git, say something to it, and return what it said.

    Raises:
        UsageError: there is no git here, or it does not end.
    """
    try:
        return subprocess.run(  # noqa: S603 - no shell; names never stand where options may
            ["git", "--no-pager", *_SETTINGS, *arguments],  # noqa: S607 - the user's own git
            cwd=folder,
            env=_environment(),
            input=said,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        )
    except FileNotFoundError:
        raise UsageError(
            "there is no git on this machine", hint="install it; two files are compared without it"
        ) from None
    except subprocess.TimeoutExpired:
        raise UsageError(f"git {arguments[0]} did not end within {_SECONDS} seconds") from None


def _environment() -> dict[str, str]:
    """Return an environment in which git only reads, says English and stays offline."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith(_KEPT)
    }
    return kept | {
        "LC_ALL": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_TERMINAL_PROMPT": "0",
    }


def _line(out: bytes, at: int) -> tuple[bytes, int]:
    """Return the line that begins at a place, and where the next one does."""
    end = out.index(b"\n", at)
    return out[at:end], end + 1


def _names(out: bytes) -> list[str]:
    return [os.fsdecode(name) for name in out.split(b"\0") if name]


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    lines = [line for line in lines if not line.startswith("warning: ")] or lines
    return lines[0].removeprefix("fatal: ") if lines else f"ended with {done.returncode}"
