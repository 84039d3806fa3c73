"""Where each wrong value stands: the columns of the gathered rows that hold it, whatever its way of being written."""

from __future__ import annotations

import contextlib
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fulfillment import sources
from fulfillment.connectors import BY_MAIL
from fulfillment.connectors.compare import digits, email_form, phone_forms
from fulfillment.connectors.dates import date_form
from fulfillment.datamap.graph import Collection, Field, SourceMap
from fulfillment.jobs import Job
from fulfillment.planning.matching import Matches
from fulfillment.redact.engine import Rules, subject_of
from requests_app.casefile import correcting, read
from requests_app.casefile.types import CaseSnapshot, CorrectionValues

SHORTEST_NUMBER = 7  # fewer digits stand in many texts
Papers = Sequence[Mapping[str, Any]]
Rows = dict[tuple[int, str, str, str], list[dict[str, Any]]]


def plan(job: Job, case: CaseSnapshot) -> None:
    """Read every gathered row once, a batch at a time; an item that stands nowhere simply has no place."""
    asked = read.corrections(case.id)
    items = [item for item in asked if item.stands]
    rules = Rules()
    matches = Matches(asked, subject_of(read.subject_keys(case.id)))
    maps = {found.source.key: found for found in sources.maps()}
    names: dict[str, str] = {}
    rows: Rows = defaultdict(list)
    papers: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for batch in read.batches(case.id):
        names[batch.source_key] = batch.source_name
        collection = _collection(maps, batch.source_key, batch.collection)
        if collection is None:
            continue
        for record in read.records(batch.id):
            if maps[batch.source_key].source.connector in BY_MAIL:
                papers[batch.source_key, batch.collection].append(record.values)
                continue
            held = list(_held(items, collection, record.values))
            for item, field, old in held:
                row = {"key": _key(collection, record.values), "old": old}
                rows[item.number, batch.source_key, collection.address, field.path].append(row)
            wrong = {(item.number, field.path, str(old)) for item, field, old in held}
            matches.read(collection, rules.of(batch), record.values, wrong)
    located = [_found(place, found, maps, names) for place, found in sorted(rows.items())]
    for (source_key, address), found in sorted(papers.items()):
        name, origin = names[source_key], maps[source_key].source.origin
        located += [_on_paper(item, source_key, name, address, found, origin) for item in items]
    correcting.located(job.holder, located, matches.found())


def _on_paper(
    item: CorrectionValues, source_key: str, name: str, address: str, papers: Papers, origin: tuple[str, ...]
) -> correcting.Found:
    """The papers whose words have the value; where none has, all of them: what a paper says is seldom typed in full."""
    mentioned = [paper for paper in papers if any(_says(text, item.stands) for text in paper.values())]
    return correcting.Found(
        number=item.number,
        source_key=source_key,
        source_name=name,
        collection=address,
        column="text",
        rows=tuple(_paper(paper, item.stands) for paper in mentioned or papers),
        origin=origin,
        proposed=bool(mentioned),
    )


def _paper(paper: Mapping[str, Any], stands: str) -> dict[str, Any]:
    """A paper has no key; its owner knows it by what it is and where it lies."""
    return {"key": {"paper": paper.get("paper", ""), "place": paper.get("place", "")}, "old": stands}


def _says(text: object, said: str) -> bool:
    number = digits(said)
    return _words(said) in _words(text) or (len(number) >= SHORTEST_NUMBER and number in digits(text))


def _collection(maps: dict[str, SourceMap], source_key: str, address: str) -> Collection | None:
    """None for a source that was taken away since it was searched."""
    return maps[source_key].collection(address) if source_key in maps else None


def _held(
    items: Iterable[CorrectionValues], collection: Collection, values: Mapping[str, Any]
) -> Iterable[tuple[CorrectionValues, Field, Any]]:
    """Each item with a field that holds it, and how it is written there."""
    for field in collection.fields:
        for value in _at(values, field.path.split(".")):
            if isinstance(value, (str, int, float)) and not isinstance(value, bool):
                yield from ((item, field, value) for item in items if _same(field.compared_as, value, item.stands))


def _at(value: Any, path: Sequence[str]) -> Iterable[Any]:
    """What stands at a dotted path, in each element of a list on the way."""
    if isinstance(value, list):
        for one in value:
            yield from _at(one, path)
    elif not path:
        yield value
    elif isinstance(value, str):
        with contextlib.suppress(ValueError):  # a document that its column holds as text
            yield from _at(_document(value), path)
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _at(value[path[0]], path[1:])


def _document(text: str) -> list[Any] | dict[str, Any]:
    """ValueError when it is none."""
    found = json.loads(text)
    if not isinstance(found, (list, dict)):
        message = "This text is no document."
        raise ValueError(message)  # noqa: TRY004  (as the parser says it)
    return found


def _same(compared_as: str, held: object, said: str) -> bool:
    """The same e-mail address, the same telephone, the same day, or the same words but for case, accents, spaces."""
    if compared_as == "email":
        return email_form(held) == email_form(said)
    if compared_as == "phone":
        return bool(phone_forms([held]) & phone_forms([said])) or _words(held) == _words(said)
    day = date_form(said)
    return _words(held) == _words(said) or (day is not None and date_form(str(held)[:10]) == day)


def _words(value: object) -> str:
    folded = "".join(sign for sign in unicodedata.normalize("NFKD", str(value)) if not unicodedata.combining(sign))
    return re.sub(r"\s+", " ", folded).strip().casefold()


def _key(collection: Collection, values: Any) -> dict[str, Any]:
    return {name: values.get(name) for name in collection.primary_key}


def _found(
    place: tuple[int, str, str, str],
    rows: list[dict[str, Any]],
    maps: dict[str, SourceMap],
    names: dict[str, str],
) -> correcting.Found:
    number, source_key, address, column = place
    collection = maps[source_key].collection(address)
    field = collection.field(column) if collection else None
    return correcting.Found(
        number=number,
        source_key=source_key,
        source_name=names[source_key],
        collection=address,
        column=column,
        rows=tuple(rows),
        origin=maps[source_key].source.origin,
        # An employer's city or a clerk's name may be the same words: the reviewer has to choose such a place.
        proposed=field is not None and field.is_theirs,
    )
