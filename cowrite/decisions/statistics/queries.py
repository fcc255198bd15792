"""The questions of the statistics in SQL. Each takes ``:since`` and ``:until``, Unix time in milliseconds."""

from __future__ import annotations

# The expressions are word for word those of the index of schema version 3, or SQLite does not use it. The table
# “numbers” is made first: SQLite 3.40 still reads the JSON for an expression that it groups by.
_INDEXED = """
WITH numbers AS MATERIALIZED (
    SELECT kind, suggestion_id, at_ms, model, adapter,
        CASE kind
            WHEN 'requested' THEN json_extract(details, '$.typing_interval_ms')
            WHEN 'generated' THEN json_extract(details, '$.first_token_ms')
            WHEN 'not_shown' THEN json_extract(details, '$.reason')
            WHEN 'shown' THEN coalesce(json_extract(details, '$.gate.offered_words'),
                length(trim(json_extract(details, '$.text'))) + 1
                - length(replace(trim(json_extract(details, '$.text')), ' ', '')))
            ELSE json_extract(details, '$.characters')
        END AS first,
        CASE kind
            WHEN 'generated' THEN json_extract(details, '$.total_ms')
            WHEN 'kept' THEN json_extract(details, '$.kept')
        END AS second
    FROM events
    WHERE kind IN ('requested', 'generated', 'not_shown', 'shown', 'accepted_partial', 'accepted', 'kept')
        AND substr(session_id, 1, 6) <> 'import'
        AND at_ms >= :since AND at_ms < :until
        AND kind IN """

SHOWN = _INDEXED + "('shown')) SELECT suggestion_id, at_ms, first, model, adapter FROM numbers"  # noqa: S608
"""Each suggestion shown: when, how many words, by which model and adapter."""

TAKEN = _INDEXED + "('accepted_partial', 'accepted')) SELECT suggestion_id, first FROM numbers"  # noqa: S608
"""The suggestion and the characters of each key that took something."""

KEPT = (
    _INDEXED  # noqa: S608 - made of constants
    + "('kept')) SELECT suggestion_id, first, second, max(at_ms) FROM numbers GROUP BY suggestion_id"
)
"""Characters, and the share of them that was still there the last time it was looked for.

SQLite takes the other columns from the row of the only max().
"""

SILENCES = (
    _INDEXED
    + """('not_shown')
)
SELECT first, suggestion_id <> '', count(*) FROM numbers GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""
)
"""Reason, whether the model had answered, and how often; the most frequent first."""

ANSWERS = _INDEXED + "('generated')) SELECT first, second FROM numbers"  # noqa: S608
"""Milliseconds to the first token and to the end, of each answer."""

INTERVALS = (
    _INDEXED  # noqa: S608
    + "('requested')) SELECT first FROM numbers WHERE first > 0 AND first <= :longest"
)
"""Milliseconds between two keys, up to ``:longest``."""

QUERIES = (SHOWN, TAKEN, KEPT, SILENCES, ANSWERS, INTERVALS)
