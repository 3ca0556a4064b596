"""The rulesets of both sides of a comparison: at git revisions, or in files and folders."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from leadline.diagnostic import did_you_mean
from leadline.document import Mapping, Scalar, load
from leadline.errors import UsageError
from leadline.git import WORKING_TREE, Repository, Revision, find_repository, repository_of
from leadline.pipeline import RULESET_FILE, RulesetText, find_ruleset
from leadline.project import Project
from leadline.ruleset.extensions import Extensions
from leadline.run import near, ruleset_files, rulesets_of


@dataclass(frozen=True, slots=True)
class Pair:
    """One ruleset on both sides; None where it is not there.

    Args:
        base: the text there.
        head: the text here.
        file: its path at the head; at the base where it is gone.
        was: its path at the base where that is another one; else "".
    """

    base: RulesetText | None
    head: RulesetText | None
    file: str
    was: str = ""

    @property
    def is_same(self) -> bool:
        """Whether both texts are the same, letter by letter."""
        return self.base is not None and self.head is not None and self.base.text == self.head.text


@dataclass(frozen=True, slots=True)
class TwoSides:
    """What is compared: what each side is called, and the rulesets."""

    base: str
    head: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class _File:
    """A ruleset's file on one side: its path as people say it, and what it holds."""

    path: str
    label: str
    content: bytes


def find_sides(
    arguments: tuple[str, ...], project: Project | None, extensions: Extensions
) -> TwoSides:
    """Return what the arguments BASE [HEAD] [RULESET] mean.

    BASE and HEAD are revisions, ``A..B``, ``A...B`` (from where B parted from A), or files or
    folders; without HEAD a revision is compared with the working tree.

    Args:
        arguments: one to three.
        project: the project of the working tree, whose rulesets are compared.
        extensions: what its plugins add to the language.

    Raises:
        UsageError: they mean nothing.
    """
    first, *rest = _parted(arguments[0]) + arguments[1:]
    if _is_path(first):
        if len(rest) > 1:
            raise UsageError(f"`{rest[1]}` is one argument too many", hint="two files, or folders")
        return _files(Path(first), Path(rest[0]) if rest else None, project, extensions)
    if _looks_like_file(first) or first.startswith(("./", "../", "/")):
        raise UsageError(f"there is no file or folder {first}")
    repository = repository_of(Path.cwd())
    base, head, rest = _revisions(repository, first, rest)
    if len(rest) > 1:
        raise UsageError(
            f"`{rest[1]}` is one argument too many", hint="BASE, then HEAD, then RULESET"
        )
    ruleset = Path(rest[0]) if rest else None
    return _at_revisions(repository, base, head, ruleset, project, extensions)


def _parted(first: str) -> tuple[str, ...]:
    """Return the two files of ``before.yaml..after.yaml``; revisions stay together."""
    if Path(first).exists():
        return (first,)
    # Overlapping, since `../one..../two` has dots that belong to a folder.
    for found in re.finditer(r"(?=\.\.)", first):
        one, other = first[: found.start()], first[found.start() + 2 :]
        if all(side and Path(side).exists() and not _is_revision(side) for side in (one, other)):
            return (one, other)
    return (first,)


def _is_path(text: str) -> bool:
    path = Path(text)
    if not path.exists():
        return False
    plain = path.name == text and path.suffix not in (".yaml", ".yml")
    repository = find_repository(Path.cwd()) if plain else None
    if repository is not None and repository.has_revision(text):
        raise UsageError(
            f"`{text}` is a revision and a file or folder",
            hint=f"write `./{text}` for the file, `refs/heads/{text}` for the branch",
        )
    return True


def _is_revision(text: str) -> bool:
    repository = find_repository(Path.cwd())
    return repository is not None and repository.has_revision(text)


def _revisions(
    repository: Repository, first: str, rest: list[str]
) -> tuple[Revision, Revision | None, list[str]]:
    """Return the two revisions and what is left of the arguments."""
    for dots in ("...", ".."):
        one, found, other = first.partition(dots)
        if found:
            base, head = (repository.revision(name or "HEAD") for name in (one, other))
            if dots == "...":
                base = repository.merge_base(base, head)
            return base, head, rest
    base = repository.revision(first)
    if not rest or (len(rest) == 1 and Path(rest[0]).exists()):
        return base, None, rest
    if len(rest) == 1 and _looks_like_file(rest[0]) and not repository.has_revision(rest[0]):
        return base, None, rest
    return base, repository.revision(rest[0]), rest[1:]


def _looks_like_file(text: str) -> bool:
    return Path(text).suffix in (".yaml", ".yml")


def _at_revisions(
    repository: Repository,
    base: Revision,
    head: Revision | None,
    ruleset: Path | None,
    project: Project | None,
    extensions: Extensions,
) -> TwoSides:
    renames = repository.renames(base, head)
    if ruleset is not None:
        path = _path_in(repository, ruleset, (base, head))
        was = renames.get(path, path)
        if repository.read(base, path) is not None:
            was = path
        pair = _pair(
            _at(repository, base, was), _at(repository, head, path), repository, extensions
        )
        if pair is None:
            raise UsageError(
                f"there is no ruleset `{path}` at `{base.name}` and none at the head",
                hint=did_you_mean(path, _yaml(repository, base)),
            )
        pairs: tuple[Pair, ...] = (pair,)
    else:
        pairs = _every_pair(repository, base, head, renames, project, extensions)
    return TwoSides(base.name, head.name if head is not None else WORKING_TREE, pairs)


def _yaml(repository: Repository, revision: Revision) -> list[str]:
    return [path for path in repository.files(revision) if path.endswith((".yaml", ".yml"))]


def _path_in(repository: Repository, ruleset: Path, sides: tuple[Revision, Revision | None]) -> str:
    """Return the path in the repository of a ruleset, named by its file or its folder."""
    if ruleset.is_file() or _looks_like_file(str(ruleset)):
        return repository.path_of(ruleset)
    path = repository.path_of(ruleset / RULESET_FILE)
    known = any(side is not None and repository.read(side, path) is not None for side in sides)
    if not known:
        find_ruleset(ruleset)  # says that there is none
    return path


def _every_pair(
    repository: Repository,
    base: Revision,
    head: Revision | None,
    renames: dict[str, str],
    project: Project | None,
    extensions: Extensions,
) -> tuple[Pair, ...]:
    """Pair the rulesets of both sides by path, then as git follows a rename, then by model."""
    before = _rulesets_at(repository, base, project)
    after = (
        _rulesets_at(repository, head, project)
        if head is not None
        else _rulesets_here(repository, project)
    )
    origin = {path: path if path in before else renames.get(path) for path in after}
    left = [path for path in before if path not in origin.values()]
    files = {path: _at(repository, base, path) for path in left}
    pairs: list[Pair | None] = []
    for path, was in origin.items():
        here = _at(repository, head, path)
        if was is None:
            was = next((old for old in left if _model(files[old]) == _model(here)), None)
            left = [old for old in left if old != was]
        there = _at(repository, base, was) if was is not None else None
        pairs.append(_pair(there, here, repository, extensions))
    pairs += [_pair(files[path], None, repository, extensions) for path in left]
    found = tuple(pair for pair in pairs if pair is not None)
    if not found:
        raise UsageError(
            f"there is no ruleset at `{base.name}` and none at the head",
            hint=f"a ruleset is a file `{RULESET_FILE}`, or what `rulesets:` of leadline.yaml "
            "names; or name it: BASE RULESET",
        )
    return found


def _rulesets_at(
    repository: Repository, revision: Revision, project: Project | None
) -> tuple[str, ...]:
    """Return the paths of rulesets at a revision, where the project of today looks for them."""
    files = repository.files(revision)
    if project is None:
        here = repository.path_of(Path.cwd() / RULESET_FILE).removesuffix(RULESET_FILE)
        return tuple(
            path
            for path in files
            if PurePosixPath(path).name == RULESET_FILE and path.startswith(here)
        )
    found: list[str] = []
    for configured in project.rulesets:
        place = PurePosixPath(repository.path_of(configured))
        own = [path for path in files if path in (str(place), str(place / RULESET_FILE))]
        inside = [
            path
            for path in files
            if PurePosixPath(path).name == RULESET_FILE
            and PurePosixPath(path).parent.parent == place
        ]
        found += own or inside
    return tuple(dict.fromkeys(found))


def _rulesets_here(repository: Repository, project: Project | None) -> tuple[str, ...]:
    if project is None:
        return tuple(sorted(repository.path_of(path) for path in Path.cwd().rglob(RULESET_FILE)))
    try:
        return tuple(repository.path_of(path) for path in rulesets_of(project))
    except UsageError:
        return ()  # all of them are gone, which is what is to be said


def _at(repository: Repository, revision: Revision | None, path: str) -> _File | None:
    """Return a file at a revision, or in the working tree."""
    place = repository.root / path
    if revision is None:
        said = str(near(place))
        return _File(path, said, place.read_bytes()) if place.is_file() else None
    content = repository.read(revision, path)
    if content is None:
        return None
    return _File(path, f"{revision.name}:{path}", content)


def _pair(
    base: _File | None, head: _File | None, repository: Repository, extensions: Extensions
) -> Pair | None:
    if base is None and head is None:
        return None
    paths = [str(near(repository.root / one.path)) for one in (head, base) if one is not None]
    was = paths[1] if len(paths) == 2 and paths[0] != paths[1] else ""
    return Pair(_text(base, extensions), _text(head, extensions), paths[0], was)


def _text(file: _File | None, extensions: Extensions) -> RulesetText | None:
    return read_text(file.content, file.label, extensions) if file is not None else None


def read_text(content: bytes, label: str, extensions: Extensions) -> RulesetText:
    """Load the text of a ruleset that is no file, such as one of a revision.

    Args:
        content: the bytes.
        label: what its diagnostics name as the file.
        extensions: what plugins add to the language.
    """
    loaded = load(content, label)
    return RulesetText(label, loaded.text, loaded.document, loaded.diagnostics, extensions)


def _model(file: _File | None) -> str | None:
    """Return the model that a file says it is of, which is how its results are kept."""
    document = load(file.content, file.label).document if file is not None else None
    entry = document.root.get("model") if document and isinstance(document.root, Mapping) else None
    return entry.value.text if entry is not None and isinstance(entry.value, Scalar) else None


def _files(
    base: Path, head: Path | None, project: Project | None, extensions: Extensions
) -> TwoSides:
    """Return two files, or the rulesets of two folders by their place in them."""
    if head is None:
        rulesets = rulesets_of(project) if project is not None else ()
        if len(rulesets) != 1:
            raise UsageError(f"with what is {base} to be compared?", hint="name HEAD, another file")
        head = rulesets[0]
    if not head.exists():
        raise UsageError(f"there is no file or folder {head}")
    if base.is_file() or head.is_file():
        one, other = find_ruleset(base), find_ruleset(head)
        sides: dict[str, tuple[Path | None, Path | None]] = {"": (one, other)}
    else:
        there, here = (
            {str(file.relative_to(folder).parent): file for file in ruleset_files(folder)}
            for folder in (base, head)
        )
        sides = {name: (there.get(name), here.get(name)) for name in {**here, **there}}
    pairs = tuple(
        Pair(
            _of_file(old, extensions),
            _of_file(new, extensions),
            str(new or old),
            str(old) if old is not None and new is not None else "",
        )
        for old, new in sides.values()
    )
    return TwoSides(str(base), str(head), pairs)


def _of_file(path: Path | None, extensions: Extensions) -> RulesetText | None:
    return read_text(path.read_bytes(), str(path), extensions) if path is not None else None
