"""Records and associations by the batch, where some may fail and others not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from leadline.testing.fake_hubspot.answers import (
    INVALID,
    NOT_FOUND,
    Answer,
    Call,
    Refused,
    problem,
)
from leadline.testing.fake_hubspot.instants import iso
from leadline.testing.fake_hubspot.objects import SINGULAR, CrmObject
from leadline.testing.fake_hubspot.records import (
    MOST,
    MOST_HISTORIES,
    by,
    created,
    labelled,
    said_of,
    shown,
    some_links,
    too_many_histories,
    valid,
)
from leadline.testing.fake_hubspot.values import forward, problems, stored

#: For how many records associations may be asked at once, and how many a record gets on a page.
MOST_LINKED: Final = 1000
_LINKS: Final = 500


def read(call: Call) -> Answer:
    """Answer ``POST /crm/objects/VERSION/contacts/batch/read``."""
    kind, inputs = call.kind, call.inputs(MOST)
    names, past = call.texts("properties"), call.texts("propertiesWithHistory")
    if past and len(inputs) > MOST_HISTORIES:
        raise too_many_histories(len(inputs))
    archived = call.asked.param("archived") == "true"
    found, missing = _found(call, kind, inputs, call.body().get("idProperty"), archived)
    unique = {record.id: record for _, record in found}
    results = [shown(call, kind, record, names, past) for record in unique.values()]
    return _done(call, results, [_not_there(kind, missing)] if missing else [])


def update(call: Call) -> Answer:
    """Answer ``POST /crm/objects/VERSION/contacts/batch/update``.

    Where every input has an ``objectWriteTraceId``, each fails for itself; else an invalid value
    fails the whole batch.
    """
    kind, inputs = call.kind, call.inputs(MOST)
    ids = [str(part.get("id")) for part in inputs]
    twice = sorted({id_ for id_ in ids if ids.count(id_) > 1})
    if twice:
        said = f"Duplicate IDs found in batch input: {twice}. IDs must be unique"
        raise Refused(400, said, INVALID)
    traced = all(part.get("objectWriteTraceId") for part in inputs)
    errors: list[dict[str, Any]] = []
    if not traced:
        for part in inputs:
            valid(call, kind, part.get("properties"))
    found, missing = [], []
    for part in inputs:
        [*one], [*none] = _found(call, kind, [part], part.get("idProperty"), False)
        found += one
        missing += none
        if traced and none:
            errors.append(_traced(_not_there(kind, none), part))
    if missing and not traced:
        errors.append(_not_there(kind, missing))
    results = []
    for part, record in found:
        wrong = problems(call.portal, kind, _properties(part))
        if wrong:
            errors.append(_traced(problem(said_of(wrong), INVALID, errors=wrong), part))
            continue
        values = stored(call.portal, kind, _properties(part))
        values = forward(call.portal, kind, record, values)
        changed = call.portal.update(kind, record.id, values, source="INTEGRATION")
        results.append(_with_trace(shown(call, kind, changed, tuple(values)), part))
    return _done(call, results, errors)


def create(call: Call) -> Answer:
    """Answer ``POST /crm/objects/VERSION/contacts/batch/create``."""
    kind, inputs = call.kind, call.inputs(MOST)
    traced = all(part.get("objectWriteTraceId") for part in inputs)
    results, errors = [], []
    if not traced:
        for part in inputs:
            valid(call, kind, part.get("properties"))
    for part in inputs:
        try:
            properties = valid(call, kind, part.get("properties"))
            record = created(call, kind, properties)
        except Refused as refused:
            if not traced:
                raise
            errors.append(_traced(refused.answer.data, part))
            continue
        results.append(_with_trace(shown(call, kind, record, tuple(properties)), part))
    return _done(call, results, errors, 201)


def archive(call: Call) -> Answer:
    """Answer ``POST /crm/objects/VERSION/contacts/batch/archive``."""
    kind = call.kind
    for _, record in _found(call, kind, call.inputs(MOST), None, False)[0]:
        call.portal.archive(kind, record.id)
    return Answer(204, None)


def read_links(call: Call) -> Answer:
    """Answer ``POST /crm/associations/VERSION/contacts/companies/batch/read``."""
    kind, to = call.kind, call.type_of("to")
    results, errors = [], []
    for part in call.inputs(MOST_LINKED):
        id_ = str(part.get("id"))
        record = call.portal.get(kind, id_)
        links = call.portal.links.of(kind, record.id, to) if record is not None else ()
        if not links:
            errors.append(_no_links(kind, id_, to))
            continue
        found, after = some_links(links, part.get("after"), _LINKS)
        said: dict[str, Any] = {"from": {"id": id_}, "to": [labelled(link) for link in found]}
        if after is not None:
            said["paging"] = {"next": {"after": after}}
        results.append(said)
    return _done(call, results, errors)


def _found(
    call: Call, kind: str, inputs: Sequence[dict[str, Any]], name: str | None, archived: bool
) -> tuple[list[tuple[dict[str, Any], CrmObject]], list[str]]:
    """Return the records of inputs, and the ids that lead to none."""
    found, missing = [], []
    for part in inputs:
        id_ = str(part.get("id"))
        record = by(call, kind, id_, name)
        if record is not None and (record.archived is not None) == archived:
            found.append((part, record))
        else:
            missing.append(id_)
    return found, missing


def _properties(part: dict[str, Any]) -> dict[str, Any]:
    found = part.get("properties")
    if not isinstance(found, dict):
        raise Refused(400, "Invalid input JSON: properties must be an object", INVALID)
    return found


def _not_there(kind: str, ids: Sequence[str]) -> dict[str, Any]:
    said = (
        f"Could not get some {SINGULAR[kind].upper()} objects, they may be deleted or not exist. "
        "Check that ids are valid."
    )
    return problem(said, NOT_FOUND, context={"ids": list(ids)})


def _no_links(kind: str, id_: str, to: str) -> dict[str, Any]:
    one, two = SINGULAR[kind], SINGULAR[to]
    return problem(
        f"No {two} is associated with {one} {id_}.",
        NOT_FOUND,
        subCategory="crm.associations.NO_ASSOCIATIONS_FOUND",
        context={"fromObjectId": [id_], "fromObjectType": [one], "toObjectType": [two]},
    )


def _traced(error: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    trace = {"objectWriteTraceId": [str(part["objectWriteTraceId"])]}
    return {**error, "context": {**error.get("context", {}), **trace}}


def _with_trace(said: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    trace = part.get("objectWriteTraceId")
    return {**said, "objectWriteTraceId": trace} if trace else said


def _done(
    call: Call, results: list[dict[str, Any]], errors: list[dict[str, Any]], status: int = 200
) -> Answer:
    at = iso(call.portal.clock)
    said: dict[str, Any] = {
        "status": "COMPLETE", "results": results, "startedAt": at, "completedAt": at
    }  # fmt: skip
    if not errors:
        return Answer(status, said)
    return Answer(207, {**said, "numErrors": len(errors), "errors": errors})
