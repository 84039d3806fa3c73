"""What a closed case still owes: a source asked again, a change tried again, through the gate and the connector."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from fulfillment import erasing as machine
from fulfillment import owners, sources
from fulfillment.connectors import capabilities
from fulfillment.connectors.base import Capability, ConnectorError
from fulfillment.fulfil import correct, opt_out
from fulfillment.jobs import Job
from fulfillment.models import DataSource, ManualTask
from fulfillment.reasons import BY_HAND, CAME_LATER, HELD, NO_EFFECT, reason_for
from requests_app.casefile import GateClosed, changes, correcting, obligations, opting_out
from requests_app.casefile.erasing import Ordered, SourceFact
from requests_app.casefile.obligations import Came, Waiting
from requests_app.casefile.types import Holder

AS_PLANNED = frozenset({"delete", "null", "pseudonymise", "trim"})
EMPTIED = frozenset({"null", "pseudonymise"})


def retry(job: Job) -> None:
    """Everything that one source of one case owes by now. An attempt that was told already is left alone."""
    order_id = str(job.payload["order_id"])
    if (wrong := correcting.to_retry(order_id)) is not None:
        correct.again(job, wrong)
        return
    if (stopped := opting_out.to_retry(order_id)) is not None:
        opt_out.again(job, stopped)
        return
    if waiting := obligations.to_retry(order_id):
        _retry(job, waiting)


def _retry(job: Job, waiting: Sequence[Waiting]) -> None:
    """What a deletion owes at one source."""
    source = DataSource.objects.filter(key=waiting[0].source_key).first()
    by, owner = obligations.holder(job.case_id, job.fence), source.owner if source else ""
    erasures: list[tuple[Waiting, Ordered]] = []
    for one in waiting:
        if one.must_be_kept:
            obligations.left_waiting(one, outcome=obligations.KEPT)
        elif one.is_whole_source:
            _search(job, by, one, source)
        elif source is not None and sources.is_asked_by_mail(source):
            _by_owner(by, one, source)
        elif one.reason == CAME_LATER and not one.keys and source is not None:
            _came_later(job, by, one, source)
        elif action := _action(one, source):
            erasures.append((one, _ordered(one, action)))
        else:
            obligations.left_waiting(one, outcome=obligations.BY_HAND, owner=owner)
    if erasures:
        _erase(job, by, erasures, owner)


def _by_owner(by: Holder, one: Waiting, source: DataSource) -> None:
    """What the owner said about the papers; without a yes they are still owed."""
    task = owners.newest(by.case_id, source.key, ManualTask.Kind.ERASE)
    said = task.outcome if task is not None else ""
    if task is not None and said == ManualTask.Outcome.DONE:
        try:
            changes.begin_changes(by)
        except GateClosed:
            obligations.left_waiting(one, outcome=obligations.HELD, reason=HELD)
            return
        obligations.retried(by, one, Came("deleted", rows_done=task.rows or len(one.keys), rows_left=0))
    elif said == ManualTask.Outcome.NOTHING:
        obligations.retried(by, one, Came("not_found", rows_left=0))
    else:
        is_asked = task is not None and task.is_open
        obligations.left_waiting(one, outcome=obligations.BY_HAND, owner="" if is_asked else source.owner)


def _action(one: Waiting, source: DataSource | None) -> str:
    """What is done with these rows now; empty where a machine cannot, or needs a person's word first."""
    if not one.keys or source is None or Capability.ERASE not in capabilities(source.connector):
        return ""
    if one.action in AS_PLANNED:
        return one.action
    if one.reason != HELD and one.keep_until is None:
        return ""
    item = sources.map_of(source).collection(one.collection)
    return item.on_delete if item is not None and item.on_delete in EMPTIED else "delete"


def _ordered(one: Waiting, action: str) -> Ordered:
    return Ordered(
        id=one.step_id,
        source_key=one.source_key,
        collection=one.collection,
        action=action,
        without=one.without,
        keys=one.keys,
        is_done=False,
        is_begun=one.is_begun,
    )


def _erase(job: Job, by: Holder, erasures: Sequence[tuple[Waiting, Ordered]], owner: str) -> None:
    waiting = {order.id: one for one, order in erasures}
    try:
        changes.begin_changes(by)
    except GateClosed as error:
        held = "hold" in error.reasons
        for one in waiting.values():
            outcome = obligations.HELD if held else obligations.BY_HAND
            obligations.left_waiting(one, outcome=outcome, reason=HELD if held else "", owner=owner)
        return
    job.check()
    steps = [order for _, order in erasures]
    attempt = "-".join(str(one.attempt) for one in waiting.values())
    tried = machine.erase(job, steps[0].source_key, steps, key=f"{job.case_id}:retry:{steps[0].id}:{attempt}")
    _look_again(steps[0].source_key, tried, waiting)  # first: a try that was told is never begun again
    others = _others(job, steps[0].source_key, tried)
    for done in tried.done:
        if rows := _later(done, others):
            obligations.found_again(waiting[done.step.id], rows=rows, owner=owner)
            continue
        came = Came(done.result, done.rows, done.left, done.reason, done.error_kind, done.error)
        outcome = {HELD: obligations.HELD, BY_HAND: obligations.BY_HAND}.get(done.reason, "")
        obligations.retried(by, waiting[done.step.id], came, outcome=outcome, owner=owner)


def _look_again(source_key: str, tried: machine.Tried, waiting: Mapping[UUID, Waiting]) -> None:
    """Only what was erased now, once for the source."""
    erased = [waiting[done.step.id] for done in tried.done if done.result in machine.WORDS.values()]
    found = next((one.source for one in sources.maps() if one.source.key == source_key), None)
    if erased and found is not None:
        obligations.look_again(erased[0], SourceFact(found.name, found.owner, found.recheck_after_days))


def _others(job: Job, source_key: str, tried: machine.Tried) -> Counter[str]:
    """Rows that came after the plan, where a source still holds something: nobody approved to erase them."""
    if not any(done.reason in {NO_EFFECT, CAME_LATER} for done in tried.done):
        return Counter()
    try:
        return machine.unplanned(job, sources.named(source_key))
    except ConnectorError:
        return Counter()  # it answered a moment ago, and will be asked again on its next date


def _later(done: machine.Done, others: Counter[str]) -> int:
    """The rows that came later and stand in the way of this step: its collection's, or any that refer to it."""
    if done.reason == CAME_LATER:
        return others.total()
    return others[done.step.collection] if done.reason == NO_EFFECT else 0


def _came_later(job: Job, by: Holder, one: Waiting, source: DataSource) -> None:
    """Rows that no plan speaks of, in a collection of which nothing was planned: with none left it is over."""
    try:
        rows = machine.unplanned(job, source)[one.collection]
    except ConnectorError:
        obligations.left_waiting(one, outcome=obligations.UNANSWERED, owner=source.owner)
        return
    if rows:
        obligations.found_again(one, rows=rows, owner=source.owner)
    else:
        obligations.retried(by, one, Came("not_found", rows_left=0))


def _search(job: Job, by: Holder, one: Waiting, source: DataSource | None) -> None:
    """A source that could not be searched then. With nothing there it is over; what is there, people decide on."""
    owner = source.owner if source else ""
    if source is None or sources.is_asked_by_mail(source):
        obligations.left_waiting(one, outcome=obligations.BY_HAND, owner=owner)
        return
    try:
        rows = machine.rows_now(job, source)
    except ConnectorError as error:
        came = Came("deferred", reason=reason_for(error.kind), error_kind=str(error.kind), error=str(error))
        obligations.retried(by, one, came, owner=owner)
        return
    if rows:
        obligations.found_again(one, rows=rows, owner=owner)
    else:
        obligations.retried(by, one, Came("not_found", rows_left=0))


def recheck(job: Job) -> None:
    """A source that said that it was done is asked again, by the rows' own keys and by all that finds the person."""
    look = obligations.to_recheck(str(job.payload["order_id"]))
    if look is None:
        return
    source = DataSource.objects.filter(key=look.source_key).first()
    owner = source.owner if source else ""
    try:
        left = machine.asked_again(job, sources.named(look.source_key), look.steps)
    except ConnectorError:
        obligations.unanswered(look, owner=owner)
        return
    obligations.rechecked(look, left=left, owner=owner)
