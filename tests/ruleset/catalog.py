"""The data that the fixtures' rulesets are checked against."""

from __future__ import annotations

from leadline.expression.catalog import Catalog, Column, Table, Type

_COLUMNS = {
    "events": {
        "event_id": Type.TEXT,
        "lead_id": Type.TEXT,
        "occurred_at": Type.INSTANT,
        "type": Type.TEXT,
        "asset_id": Type.TEXT,
        "campaign": Type.TEXT,
        "visit_id": Type.TEXT,
        "url": Type.TEXT,
        "seconds_watched": Type.NUMBER,
        "amount": Type.NUMBER,
        "is_bot": Type.TRUTH,
        "promo_code": Type.EMPTY,
        "utm-source": Type.TEXT,
    },
    "leads": {
        "lead_id": Type.TEXT,
        "account_id": Type.TEXT,
        "created_at": Type.INSTANT,
        "owner": Type.TEXT,
        "email": Type.TEXT,
        "country": Type.TEXT,
        "job_title": Type.TEXT,
        "opted_out": Type.TRUTH,
        "birthday": Type.DATE,
        "Job Title": Type.TEXT,
    },
    "accounts": {
        "account_id": Type.TEXT,
        "domain": Type.TEXT,
        "employees": Type.NUMBER,
        "industry": Type.TEXT,
        "growth": Type.NUMBER,
    },
    "assets": {
        "asset_id": Type.TEXT,
        "kind": Type.TEXT,
        "stage": Type.TEXT,
        "product": Type.TEXT,
        "duration": Type.NUMBER,
        "tags": Type.TEXT,
        "topics": Type.LIST,
    },
    "opportunities": {
        "opportunity_id": Type.TEXT,
        "lead_id": Type.TEXT,
        "created_at": Type.INSTANT,
        "closed_at": Type.INSTANT,
        "won": Type.TRUTH,
        "amount": Type.NUMBER,
    },
    "handoffs": {
        "lead_id": Type.TEXT,
        "offered_at": Type.INSTANT,
        "decided_at": Type.INSTANT,
        "accepted": Type.TRUTH,
        "reason": Type.TEXT,
    },
    "lead_tags": {
        "lead_id": Type.TEXT,
        "tag": Type.TEXT,
        "value": Type.TEXT,
        "set_at": Type.INSTANT,
    },
}

CATALOG = Catalog(
    tuple(
        Table(table, tuple(Column(name, type_) for name, type_ in columns.items()))
        for table, columns in _COLUMNS.items()
    ),
    history_fields=("status",),
    tags=("consent", "mql"),
)
