"""What is to become of each group of rows, on which ground: from the data map, the search, the holds and the law.

A row that stays (kept, emptied, waiting) needs the rows it refers to: these stay as it does, and nothing is orphaned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from fulfillment import learned, sources
from fulfillment.connectors import capabilities
from fulfillment.connectors.base import Capability, Kind
from fulfillment.connectors.dates import date_form
from fulfillment.datamap.graph import Collection, SourceMap
from fulfillment.facts import Facts, facts_of
from fulfillment.jobs import Job
from fulfillment.planning import kin
from fulfillment.reasons import (
    BY_HAND,
    EMPTIED_ONLY,
    FOR_A_PROVIDER,
    HELD,
    NEVER,
    SHARED,
    SUPPRESSED,
    UNADDRESSED,
    reason_for,
)
from requests_app.casefile import erasing, read, reasons
from requests_app.casefile.erasing import Planned
from requests_app.casefile.types import CaseSnapshot, SearchFact, SubjectKeys

LIST_KEY, LIST_NAME = "do-not-contact", "Do-not-contact list"
TRIES = 3
Values = Mapping[str, Any]
WHOLE = ""  # a step about a source of which no collection is known


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a row. Where several claims meet on one row, the greater `weight` wins.

    `whole`: one of them keeps it as evidence, so that nothing may be taken out of it.
    """

    action: str
    reason: str = ""
    until: date | None = None
    whole: bool = False

    @property
    def weight(self) -> tuple[int, date]:
        strength = ("delete", "null", "pseudonymise", "defer", "refer", "keep").index(self.action)
        return strength, self.until or date.max

    @property
    def is_trimmed(self) -> bool:
        return self.action == "keep" and not self.whole and reasons.get(self.reason).may_be_trimmed


@dataclass(slots=True)
class Row:
    key: dict[str, Any]
    values: Values
    fate: Fate


DELETE = Fate("delete")


def plan(job: Job, case: CaseSnapshot) -> None:
    """The same rows make the same plan."""
    found, maps = _rows(case), {one.source.key: one for one in sources.maps()}
    steps: list[Planned] = []
    for search in case.searches:
        if search.state == "failed":
            steps.append(_whole(search, Fate("defer", reason_for(Kind(search.error_kind)))))
        elif search.state == "referred" and search.rows_found:
            steps.append(_whole(search, Fate("refer", FOR_A_PROVIDER)))
        elif search.state == "answered" and search.source_key not in maps:
            steps += [_whole(search, Fate("defer", UNADDRESSED))] if search.rows_found else []
        elif search.state == "answered":
            steps += _source(search, maps[search.source_key], found[search.source_key])
    keys = read.subject_keys(case.id)
    erasing.planned(job.holder, [*steps, _suppression(keys, _learned(job, found, maps, facts_of(keys)))])


def _learned(
    job: Job, found: Mapping[str, Mapping[str, list[Values]]], maps: Mapping[str, SourceMap], facts: Facts
) -> list[learned.Identifier]:
    """A source that is down says nothing about whose they are: it is asked twice more, then the others have to do."""
    rows = (row for key, one in found.items() if key in maps for row in learned.rows_about(maps[key], one))
    hers, silent = learned.alone(learned.in_rows(rows, facts), facts)
    if job.attempt < TRIES and (passing := next((error for error in silent if not error.permanent), None)):
        raise passing
    return hers


def _rows(case: CaseSnapshot) -> dict[str, dict[str, list[Values]]]:
    """Source -> collection -> what was gathered of it."""
    found: dict[str, dict[str, list[Values]]] = defaultdict(lambda: defaultdict(list))
    for batch in read.batches(case.id):
        found[batch.source_key][batch.collection] += [record.values for record in read.records(batch.id)]
    return found


def _source(search: SearchFact, source: SourceMap, found: Mapping[str, list[Values]]) -> Iterator[Planned]:
    tied = kin.ties(source)
    order, shared = kin.in_order(source, tied), kin.shared(source, tied)
    rows: dict[str, list[Row]] = {}
    for address in order:
        item = source.collection(address)
        if item is not None and address in found:
            held = erasing.is_held(search.source_key, address)
            dated_by = _dated_by(item, tied, found)
            rule = _Rule(source, item, shared=address in shared, held=held, dated_by=dated_by)
            rows[address] = rule.rows(found[address])
    _let_none_be_orphaned(source, rows, kin.climbing(order, tied))
    for position, address in enumerate(order):
        for fate, group in _groups(rows.get(address, [])):
            yield Planned(
                source_key=search.source_key,
                source_name=search.source_name,
                collection=address,
                action=fate.action,
                reason=fate.reason,
                keep_until=fate.until,
                keys=tuple(row.key for row in group),
                rows=len(group),
                position=position,
            )
        yield from _trimming(search, source.collection(address), rows.get(address, []), position)


def _trimming(search: SearchFact, item: Collection | None, rows: Iterable[Row], position: int) -> Iterator[Planned]:
    """What the law keeps is kept without the fields that it does not need, where they hold anything."""
    unneeded = item.unneeded if item is not None else ()
    held = [(row, [name for name in unneeded if row.values.get(name) not in (None, "")]) for row in rows]
    group = [(row, names) for row, names in held if names and row.fate.is_trimmed]
    if item is not None and group:
        without = {name for _, names in group for name in names}
        yield Planned(
            source_key=search.source_key,
            source_name=search.source_name,
            collection=item.address,
            action="trim",
            without=tuple(name for name in unneeded if name in without),
            keys=tuple(row.key for row, _ in group),
            rows=len(group),
            position=position,
        )


def _groups(rows: Iterable[Row]) -> list[tuple[Fate, list[Row]]]:
    """What is kept until another day is a group of its own: it is told with its day, and deleted after it."""
    groups: dict[Fate, list[Row]] = defaultdict(list)
    for row in rows:
        groups[replace(row.fate, whole=False)].append(row)
    return sorted(groups.items(), key=lambda group: (group[0].action, group[0].reason, group[0].until or date.max))


@dataclass(frozen=True, slots=True)
class _Rule:
    """What the map and the system let become of a collection's rows, taken each for itself."""

    source: SourceMap
    item: Collection
    shared: bool
    held: bool
    dated_by: Callable[[Values], Values]

    def rows(self, found: Iterable[Values]) -> list[Row]:
        if self.shared and self.item.on_delete is None and not self.item.personal:
            return []  # a campaign's name is about nobody
        return [
            Row({name: values.get(name) for name in self.item.primary_key}, values, self._fate(values))
            for values in found
        ]

    def _fate(self, values: Values) -> Fate:
        wanted = self._wanted(values)
        if wanted.action in {"keep", "refer"}:
            return wanted
        if self.held:
            return Fate("defer", HELD)
        if Capability.ERASE not in capabilities(self.source.source.connector):
            return Fate("defer", BY_HAND)
        if not self.item.primary_key:
            return Fate("defer", UNADDRESSED)
        if wanted.action == "delete":
            return Fate("defer", NEVER) if self.item.append_only else wanted
        return self._emptied(wanted)

    def _emptied(self, wanted: Fate) -> Fate:
        personal = set(self.item.personal)
        if not personal:
            return Fate("defer", UNADDRESSED)
        if personal & {field.path for field in self.item.fields if field.read_only}:
            return Fate("defer", NEVER)
        return replace(wanted, reason=wanted.reason or EMPTIED_ONLY) if self.item.append_only else wanted

    def _wanted(self, values: Values) -> Fate:
        action, reason = self.item.on_delete, self.item.retention or ""
        if action == "refer":
            return Fate("refer", reason or FOR_A_PROVIDER)
        if action == "keep":
            return self._kept(reason, values)
        if action in {"null", "pseudonymise"}:
            return Fate(action, reason)
        return Fate("keep", SHARED) if self.shared and action is None else DELETE

    def _kept(self, reason: str, values: Values) -> Fate:
        """Until its time is over; a row without a day in the column is kept without an end that could be told."""
        whole = reasons.get(reason).kept_whole
        if self.item.keep_for is None:
            return Fate("keep", reason, whole=whole)
        years, place = self.item.keep_for
        day = date_form(str(self.dated_by(values).get(place.rpartition(".")[2]) or "")[:10])
        if day is None:
            return Fate("keep", reason, whole=whole)
        until = _after(day, years)
        return Fate("keep", reason, until, whole) if until >= read.today() else DELETE


def _dated_by(
    item: Collection, tied: Iterable[kin.Tie], found: Mapping[str, list[Values]]
) -> Callable[[Values], Values]:
    """From a row to the row with the day from which it is kept: itself, or that of another collection it refers to."""
    other = item.keep_for[1].rpartition(".")[0] if item.keep_for else ""
    address = f"{item.dataset}.{other}"
    tie = next((tie for tie in tied if tie.child == item.address and tie.parent == address), None)
    if tie is None:
        return lambda values: {} if other else values
    rows = {str(row.get(tie.parent_column)): row for row in found.get(address, [])}
    return lambda values: rows.get(str(values.get(tie.column)), {})


def _after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _let_none_be_orphaned(source: SourceMap, rows: Mapping[str, list[Row]], tied: Iterable[kin.Tie]) -> None:
    """A row that would go now or later, but to which a row refers that stays, stays likewise and for its reason."""
    for tie in tied:
        claims: dict[str, Fate] = {}
        for child in rows.get(tie.child, []):
            if child.fate.action != "delete" and not _is_cut(source, tie, child.fate):
                wanted = str(child.values.get(tie.column))
                claims[wanted] = _greater(claims.get(wanted, DELETE), child.fate)
        for parent in rows.get(tie.parent, []):
            claim = claims.get(str(parent.values.get(tie.parent_column)))
            if claim is not None:
                parent.fate = _with(claim, parent.fate)


def _with(claim: Fate, own: Fate) -> Fate:
    """What becomes of a row that is needed like this by another one. An emptied child's ground is its own."""
    if own.action in {"delete", "defer"}:
        claim = replace(claim, reason="") if claim.action in {"null", "pseudonymise"} else claim
        return _greater(own, claim)
    if own.action == claim.action == "keep":
        until = claim.until if claim.weight > own.weight else own.until
        return replace(own, until=until, whole=own.whole or claim.whole)
    return own


def _greater(one: Fate, two: Fate) -> Fate:
    return replace(max(one, two, key=lambda fate: fate.weight), whole=one.whole or two.whole)


def _is_cut(source: SourceMap, tie: kin.Tie, fate: Fate) -> bool:
    """Emptied together with the other personal columns of its row."""
    child = source.collection(tie.child)
    return fate.action in {"null", "pseudonymise"} and child is not None and tie.column in child.personal


def _whole(search: SearchFact, fate: Fate) -> Planned:
    return Planned(
        source_key=search.source_key,
        source_name=search.source_name,
        collection=WHOLE,
        action=fate.action,
        reason=fate.reason,
        rows=search.rows_found,
    )


def _suppression(keys: SubjectKeys, hers: Sequence[learned.Identifier]) -> Planned:
    """What stays with us so that nobody writes to the person again: scrambled, and told (11 CCR 7022(e)).

    Until then what her own rows taught is sealed with the plan, and approved with it.
    """
    return Planned(
        source_key=LIST_KEY,
        source_name=LIST_NAME,
        collection=WHOLE,
        action="keep",
        reason=SUPPRESSED,
        keys=tuple({"kind": kind, "value": value} for kind, value in hers),
        rows=len(keys.emails) + len(keys.phones) + len(keys.account_numbers) + len(hers),
    )
