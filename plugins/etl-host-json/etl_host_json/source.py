"""The source ``jsonl``."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from etl_host import ETLContext, FileLocation, InputError, Task
from etl_host_csv import Consumed, Lines, Records, TextSource, opened_lines
from etl_host_json.table import ObjectTable, OneDocument

_LINES_LOOKED_AT = 20
_NAMES = re.compile(r"\.(jsonl|ndjson)(\.|$)", re.IGNORECASE)


class JSONLinesSourceBatchProcessor(TextSource[dict[str, Any]]):
    """Reads the objects of JSON Lines (NDJSON): each line is one, and a row.

    A line that is no row is rejected, as the text that it is: what is not JSON or no object, and what JSON leaves open
    and no graph could hold, such as a key that is there twice, NaN, or half a surrogate pair. Blank lines are no rows.

    With ``tagged``, the values that the sink ``jsonl`` tags as JSON lacks them, e.g. ``{"$date": "2026-11-23"}``,
    become dates and the like again. Files, patterns, packings and going on are those of ``TextSource``.
    """

    counts = "jsonl_rows_read"
    form = "JSON Lines"

    def __init__(
        self,
        file: Annotated[
            FileLocation | str | os.PathLike[str], "A path, a URL such as zip://stops.jsonl::feed.zip, or a pattern."
        ],
        context: ETLContext,
        task: Task,
        *,
        tagged: Annotated[
            bool, 'Values such as {"$date": "2026-11-23"}, as the sink writes them, become dates.'
        ] = False,
        encoding: Annotated[str, "How the text is encoded; a byte order mark goes before it."] = "utf-8",
        missing: Annotated[Literal["fail", "empty"], "What it means that there is no such file."] = "fail",
    ) -> None:
        super().__init__(file, context, task, encoding=encoding, missing=missing)
        self.tagged = tagged

    @classmethod
    def recognise(cls, file: FileLocation) -> Mapping[str, Any] | None:
        records = Records()
        try:
            with opened_lines(file, cls.form) as (lines, _):
                ObjectTable(lines, file, Consumed()).read(records, _LINES_LOOKED_AT)
        except OneDocument:
            raise
        except InputError:
            return None
        enough = 1 if _NAMES.search(file.name) else 2  # one object alone may be a document of some other kind
        return {} if len(records.rows) >= enough and not records.errors else None

    def table(self, lines: Lines, location: FileLocation, consumed: Consumed) -> ObjectTable:
        return ObjectTable(lines, location, consumed, tagged=self.tagged)
