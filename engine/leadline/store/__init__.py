"""The store: tables, loads, rejects, runs."""

from leadline.store.directory import DataDirectory, data_files
from leadline.store.rejects import RejectedRow
from leadline.store.runs import RunRecord
from leadline.store.store import Store
from leadline.store.summary import LoadSummary, SourceLoad, TableSummary

__all__ = [
    "DataDirectory",
    "LoadSummary",
    "RejectedRow",
    "RunRecord",
    "SourceLoad",
    "Store",
    "TableSummary",
    "data_files",
]
