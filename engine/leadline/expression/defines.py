"""Names under ``define`` that mean themselves, by whatever way round."""

from __future__ import annotations

from collections.abc import Mapping

from leadline.expression import nodes as n


def define_circles(defines: Mapping[str, n.Node]) -> tuple[tuple[str, ...], ...]:
    """Return each circle of defines once, as the names from one of them back to itself."""
    uses = {name: _names(node) & defines.keys() for name, node in defines.items()}
    found: list[tuple[str, ...]] = []
    for name in defines:
        if not any(name in circle for circle in found):
            circle = circle_from(name, uses)
            found += [circle] if circle else []
    return tuple(found)


def circle_from(start: str, uses: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Return a way from a name back to itself, a shortest one; ``()`` where there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    visited: set[str] = set()
    while ways:
        longer: list[tuple[str, ...]] = []
        for way in ways:
            for used in sorted(uses.get(way[-1], ())):
                if used == start:
                    return (*way, used)
                if used not in visited:
                    visited.add(used)
                    longer.append((*way, used))
        ways = longer
    return ()


def _names(node: n.Node) -> set[str]:
    return {
        part.path[0]
        for part in n.walk(node)
        if isinstance(part, n.Name) and len(part.path) == 1 and not part.quoted
    }
