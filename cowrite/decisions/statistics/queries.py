"""The questions of the statistics in SQL. Each takes ``:since`` and ``:until``, Unix time in milliseconds."""

from __future__ import annotations

# The expressions are word for word those of the indexes of schema version 5, or SQLite does not use them. The table
# “numbers” is made first: SQLite 3.40 still reads the JSON for an expression that it groups by.
_INDEXED = """
WITH numbers AS MATERIALIZED (
    SELECT kind, suggestion_id, at_ms, task, model, adapter,
        CASE kind
            WHEN 'requested' THEN json_extract(details, '$.typing_interval_ms')
            WHEN 'generated' THEN json_extract(details, '$.first_token_ms')
            WHEN 'not_shown' THEN json_extract(details, '$.reason')
            WHEN 'shown' THEN coalesce(json_extract(details, '$.gate.offered_words'),
                length(trim(json_extract(details, '$.text'))) + 1
                - length(replace(trim(json_extract(details, '$.text')), ' ', '')))
            WHEN 'accepted' THEN json_extract(details, '$.characters')
            WHEN 'accepted_partial' THEN json_extract(details, '$.characters')
            WHEN 'kept' THEN json_extract(details, '$.characters')
            ELSE instr(ltrim(json_extract(details, '$.taken')), ' ') > 0
                OR (json_extract(details, '$.taken') <> ''
                    AND substr(json_extract(details, '$.text'), 1, 1) IN
                        ('', ' ', ',', '.', ';', ':', '!', '?'))
        END AS first,
        CASE kind
            WHEN 'requested' THEN json_extract(details, '$.trigger')
            WHEN 'generated' THEN json_extract(details, '$.total_ms')
            WHEN 'kept' THEN json_extract(details, '$.kept')
            ELSE json_extract(details, '$.on_screen_ms')
        END AS second
    FROM events
    WHERE kind IN ('requested', 'generated', 'not_shown', 'shown', 'accepted_partial', 'accepted',
            'typed_through', 'rejected', 'ignored', 'superseded', 'kept')
        AND substr(session_id, 1, 6) <> 'import'
        AND at_ms >= :since AND at_ms < :until
        AND kind IN """

SHOWN = (
    _INDEXED  # noqa: S608 - made of constants, as the others
    + "('shown')) SELECT suggestion_id, at_ms, first, task, model, adapter FROM numbers"
)
"""Each suggestion shown: when, how many words, for which task, by which model and adapter."""

OCCASIONS = (
    _INDEXED
    + """('requested')
)
SELECT suggestion_id, second FROM numbers WHERE second NOT IN ('typed', 'accepted', 'undo')
"""
)
"""The suggestions that were not asked for because something had been typed, and why they were."""

TAKEN = (
    _INDEXED + "('accepted_partial', 'accepted')) SELECT suggestion_id, first FROM numbers"  # noqa: S608
)
"""The suggestion and the characters of each key that took something."""

ENDED = (
    _INDEXED
    + """('typed_through', 'rejected', 'ignored', 'superseded')
)
SELECT suggestion_id, kind = 'typed_through' OR first = 1, kind = 'rejected', second FROM numbers
"""
)
"""Each suggestion that did not end with an accept: whether its first word was typed, whether it was refused by key, and
milliseconds on screen."""

KEPT = (
    _INDEXED  # noqa: S608
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

WRITTEN = """
SELECT sum(CASE WHEN json_extract(details, '$.origin') IN ('typed', 'accepted')
        THEN length(json_extract(details, '$.inserted')) END),
    sum(CASE WHEN json_extract(details, '$.origin') IN ('typed', 'accepted')
        THEN length(json_extract(details, '$.inserted'))
            - length(replace(replace(json_extract(details, '$.inserted'), ' ', ''), char(10), '')) END)
FROM events
WHERE kind = 'edited' AND json_valid(details) AND substr(session_id, 1, 6) <> 'import'
    AND at_ms >= :since AND at_ms < :until
"""
"""How many characters were typed or accepted, and how many spaces and line ends are among them."""

QUERIES = (SHOWN, OCCASIONS, TAKEN, ENDED, KEPT, SILENCES, ANSWERS, INTERVALS, WRITTEN)
