"""A case is never in a machine's state without its job: both are written in one transaction, or neither is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, transaction
from django.utils.module_loading import import_string

from fulfillment import dispatch, jobs, models, tasks
from fulfillment.models import JobState
from requests_app.lifecycle import Right, State
from requests_app.models import Attention, Case, Notice
from requests_app.permissions import Verb, consumer
from requests_app.services.transition import move
from requests_app.signals import case_entered_state, work_ordered
from requests_app.work import WorkKind
from tests import factories
from tests.services.stage import Stage

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("fresh_sqlite")]


class TheReceiverFails(Exception):
    pass


@pytest.fixture
def broken_receiver() -> Iterator[None]:
    def fail(**_: object) -> None:
        raise TheReceiverFails

    for signal in (case_entered_state, work_ordered):
        signal.connect(fail)
    yield
    for signal in (case_entered_state, work_ordered):
        signal.disconnect(fail)


def job_for(case: Case, state: State) -> models.Job:
    return models.Job.objects.get(key=f"{case.id}:{state}:{case.entry}")


def test_it_writes_the_job_of_each_state_that_a_machine_serves() -> None:
    case = factories.opened()
    assert case.state == State.VERIFYING
    assert job_for(case, State.VERIFYING).kind == "match"
    with transaction.atomic():
        factories.prove(case)
    assert job_for(case, State.GATHERING).kind == "gather"
    factories.gather(case)
    assert job_for(case, State.REDACTING).kind == "redact"
    opt_out = factories.opened(Right.OPT_OUT_SALE_SHARING)
    assert job_for(opt_out, State.FULFILLING).kind == "fulfil"


def test_it_writes_a_job_for_each_order() -> None:
    case = factories.opened()
    for notice in Notice.objects.all():
        job = models.Job.objects.get(key=f"{case.id}:mail:{notice.id}")
        assert (job.kind, job.case_id, job.payload) == ("mail", case.id, {"order_id": str(notice.id)})


@pytest.mark.usefixtures("broken_receiver")
def test_it_opens_no_case_when_its_job_cannot_be_written() -> None:
    with pytest.raises(TheReceiverFails):
        factories.opened()
    assert not Case.objects.exists()
    assert not models.Job.objects.exists()


def test_it_moves_no_case_when_its_job_cannot_be_written(request: pytest.FixtureRequest) -> None:
    case = factories.opened(Right.OPT_OUT_SALE_SHARING)
    written = models.Job.objects.count()
    request.getfixturevalue("broken_receiver")
    with pytest.raises(TheReceiverFails):
        move(case.id, Verb.WITHDRAW, by=consumer(case.id))
    case.refresh_from_db()
    assert case.state == State.FULFILLING
    assert models.Job.objects.count() == written


def test_it_moves_no_case_when_the_job_table_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(jobs, "enqueue", full)
    with pytest.raises(DatabaseError):
        factories.opened()
    assert not Case.objects.exists()


@pytest.mark.parametrize("kind", sorted({*dispatch.WORK.values(), *(kind.value for kind in WorkKind)}))
def test_it_knows_a_handler_for_each_kind_of_work(kind: str) -> None:
    assert callable(dispatch.handler(kind))


@pytest.mark.parametrize("path", sorted(dispatch.HANDLERS.values()))
def test_it_names_handlers_that_exist(path: str) -> None:
    assert callable(import_string(path))


def test_it_tells_the_case_when_a_job_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    case = factories.opened()
    job = job_for(case, State.VERIFYING)
    monkeypatch.setitem(dispatch.HANDLERS, "match", "fulfillment.nowhere.handle")
    models.Job.objects.filter(pk=job.pk).update(attempts=jobs.ATTEMPTS - 1)
    tasks.run(job.pk)
    job.refresh_from_db()
    case.refresh_from_db()
    assert (job.state, job.last_error) == (JobState.FAILED, "ModuleNotFoundError")
    assert case.attention == Attention.STAGE_FAILED


def test_it_gives_a_job_up_that_belongs_to_no_case(fresh_sqlite: Stage) -> None:
    job = jobs.enqueue("code", key="k", case_id=dispatch.NOBODY)
    models.Job.objects.filter(pk=job.pk).update(attempts=jobs.ATTEMPTS - 1)
    tasks.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.last_error) == (JobState.FAILED, "KeyError")
