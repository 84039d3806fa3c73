"""What the machinery may know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils import translation

from requests_app import regimes, selectors, telling
from requests_app.casefile import referrals, steps, types
from requests_app.lifecycle import EXISTENCE_ONLY, State
from requests_app.models import (
    Case,
    Clock,
    CorrectionItem,
    Declaration,
    IdentityCheck,
    Level,
    Notice,
    RecordBatch,
    Redaction,
    Restriction,
    SystemSearch,
    User,
)
from requests_app.services import clock, disputed, handed_on, matching, notices, opt_in, restrictions
from requests_app.services import person as people
from requests_app.services import records as stored
from requests_app.tomlfile import in_language
from requests_app.vault import CaseVault
from requests_app.vault.cipher import master_key


def today() -> date:
    """The day it is where the company is; a worker's own day is that of UTC."""
    return clock.today()


def day_of(moment: datetime) -> date:
    """The day it was where the company is."""
    return clock.day_of(moment)


def subject_keys(case_id: UUID) -> types.SubjectKeys:
    person = people.read(Case.objects.get(pk=case_id))
    return types.SubjectKeys(
        given_name=person.given_name,
        family_name=person.family_name,
        emails=person.emails,
        phones=person.phones,
        account_numbers=person.account_numbers,
        postal_address=person.postal_address,
        date_of_birth=person.date_of_birth,
    )


def confirmed_keys(case_id: UUID) -> types.SubjectKeys:
    """Only what the person's confirmation covers, of an opt-in."""
    return _keys_of(opt_in.covered(Case.objects.get(pk=case_id)))


def stopped_keys(case_id: UUID) -> types.SubjectKeys:
    """All that the person is found by, of an opt-out; once some of it was allowed again, only the rest."""
    case = Case.objects.get(pk=case_id)
    still = restrictions.in_force(case)
    return subject_keys(case_id) if len(still) == len(restrictions.given(case)) else _keys_of(still)


def _keys_of(facts: Iterable[tuple[str, str]]) -> types.SubjectKeys:
    told = dict.fromkeys(facts)
    emails, phones, accounts = (
        tuple(value for one, value in told if one == kind) for kind in ("email", "phone", "account")
    )
    return types.SubjectKeys("", "", emails, phones, accounts, "", "")


def place_of(case_id: UUID) -> tuple[str, int]:
    """State and entry of the case now: a job whose entry is older has nothing left to do."""
    state, entry = Case.objects.values_list("state", "entry").get(pk=case_id)
    return str(state), int(entry)


def keeps_rows(case_id: UUID) -> bool:
    """Whether what is found is stored: not when only its existence is asked for."""
    return Case.objects.values_list("right", flat=True).get(pk=case_id) not in EXISTENCE_ONLY


def case_of(user: User, reference: str) -> UUID:
    """The case that this member of staff asks for; NotFound where it is not theirs to see."""
    return selectors.case_for(user, reference).id


def snapshot(case_id: UUID) -> types.CaseSnapshot:
    case = Case.objects.get(pk=case_id)
    person = people.read(case)
    regime = regimes.get(case.regime)
    declaration = Declaration.objects.filter(case=case).first()
    last = case.events.order_by("-sequence").first()
    withheld = case.redactions.filter(status=Redaction.Status.ACCEPTED).values_list("label").annotate(Count("id"))
    restriction = Restriction.objects.filter(case_reference=case.reference).first()
    return types.CaseSnapshot(
        id=case.id,
        reference=case.reference,
        right=case.right,
        state=str(case.state),
        entry=case.entry,
        outcome=case.outcome,
        ground=case.ground,
        language=case.language,
        channel=case.channel,
        relationship=case.relationship,
        residence=case.residence,
        regime=case.regime,
        regime_name=in_language(regime.name, case.language),
        regime_citation=regime.citation,
        received_at=case.received_at,
        received_on=case.received_on,
        since=case.since,
        closed_at=case.closed_at,
        person_name=person.full_name,
        postal_address=person.postal_address,
        has_email=bool(person.emails),
        identity_level=Level(case.identity_level).name.lower(),
        identity_proofs=_proofs(case),
        declaration_signed_at=declaration.signed_at if declaration else None,
        clocks=tuple(_clock(row, case.language) for row in case.clocks.order_by("due_on", "kind")),
        searches=tuple(search_fact(row) for row in case.searches.all()),
        withheld=dict(sorted(withheld)),
        approvals=tuple(
            types.ApprovalFact(row.by.role, _initials(row.by.get_full_name() or row.by.username), row.at)
            for row in case.approvals.filter(digest=case.content_digest).select_related("by").order_by("at")
        ),
        deliverables=tuple(
            types.DeliverableFact(row.id, row.kind, row.name, row.size, row.sha256, row.made_at, row.expires_at)
            for row in case.deliverables.all()
        ),
        suppressions=tuple(
            types.SuppressionFact(row.source_key, row.source_name, row.result, row.rows, row.error, row.at)
            for row in case.suppressions.all()
        ),
        do_not_ask_until=restriction.do_not_ask_until if restriction else None,
        explanation=notices.explanation(case),
        linked=tuple(case.links.values_list("other__reference", flat=True)),
        events=last.sequence if last else 0,
        ledger_head=last.hash if last else "",
        corrections=_corrections(case),
        steps=steps.facts(case.id),
        reading_format=case.reading_format,
        referrals=referrals.facts(case),
    )


def _corrections(case: Case) -> tuple[types.CorrectionFact, ...]:
    with translation.override(case.language):
        return tuple(_correction(item) for item in case.corrections.prefetch_related("places"))


def _correction(item: CorrectionItem) -> types.CorrectionFact:
    return types.CorrectionFact(
        number=item.number,
        ruling=item.ruling,
        ground=item.ground,
        result=item.result,
        match=matching.told(item),
        places=tuple(
            types.CorrectionPlaceFact(
                id=place.id,
                source_key=place.source_key,
                source_name=place.source_name,
                collection=place.collection,
                column=place.column,
                chosen=place.chosen,
                rows=place.rows,
                rows_done=place.rows_done,
                rows_left=place.rows_left,
                result=place.result,
                reason=place.reason,
            )
            for place in item.places.all()
        ),
    )


def corrections(case_id: UUID) -> list[types.CorrectionValues]:
    """What is to be corrected and what was said about it, opened for the letter and for whoever looks for it."""
    vault = CaseVault.of(case_id)
    items = CorrectionItem.objects.filter(case_id=case_id).prefetch_related("places")
    return [_values(item, vault) for item in items]


def _values(item: CorrectionItem, vault: CaseVault) -> types.CorrectionValues:
    told = disputed.answered(item, vault)
    return types.CorrectionValues(
        number=item.number,
        **asdict(disputed.said(item, vault)),
        explanation=told.explanation,
        health=told.health,
        origins=disputed.origins(item, vault),
    )


def _initials(name: str) -> str:
    return "".join(word[0].upper() for word in name.split() if word)


def _proofs(case: Case) -> tuple[str, ...]:
    """Methods with the kinds of facts they rest on, e.g. `match:3`; never a value."""
    checks = case.identity_checks.filter(result=IdentityCheck.Result.ACCEPTED)
    proofs = [f"{check.method}:{check.points}" if check.points else str(check.method) for check in checks]
    if Declaration.objects.filter(case=case).exists():
        proofs.append("declaration")
    return tuple(dict.fromkeys(proofs))


def _clock(row: Clock, language: str) -> types.ClockFact:
    with translation.override(language):
        derivation = tuple((telling.told(step), telling.cited(step)) for step in row.derivation)
    return types.ClockFact(
        kind=row.kind,
        started_on=row.started_on,
        due_on=row.due_on,
        first_due_on=row.first_due_on,
        extended=row.is_extended,
        ended=row.ended,
        ended_at=row.ended_at,
        derivation=derivation,
    )


def search_fact(row: SystemSearch) -> types.SearchFact:
    return types.SearchFact(
        id=row.id,
        source_key=row.source_key,
        source_name=row.source_name,
        state=row.state,
        reason=row.reason,
        identifiers_used=row.identifiers_used,
        collections=tuple(row.collections),
        warnings=tuple(row.warnings),
        rows_found=row.rows_found,
        rows_withheld=row.rows_withheld,
        rows_released=row.rows_released,
        attempts=row.attempts,
        error=row.error,
        finished_at=row.finished_at,
        error_kind=row.error_kind,
    )


def searches(case_id: UUID) -> list[types.SearchFact]:
    return [search_fact(row) for row in SystemSearch.objects.filter(case_id=case_id)]


def handed_to(case_id: UUID, source_key: str) -> tuple[dict[str, list[Any]], str]:
    """Values that other sources taught and that lead into this one (place -> values), and their digest."""
    values = handed_on.to(case_id, source_key)
    return values, handed_on.digest(values)


def batches(case_id: UUID, *, unexamined: bool = False) -> list[types.Batch]:
    rows = RecordBatch.objects.filter(case_id=case_id).select_related("search").defer("sealed")
    if unexamined:
        rows = rows.filter(examined=False)
    return [
        types.Batch(
            row.id, row.search.source_key, row.search.source_name, row.collection, row.sequence, row.rows, row.digest
        )
        for row in rows
    ]


def records(batch_id: UUID) -> list[types.FoundRecord]:
    """The rows of one batch, opened; memory is bounded by the batch."""
    return [types.FoundRecord(row.collection, row.key, row.values) for row in stored.open_batch(batch_id)]


def approved_redactions(batch_id: UUID) -> dict[int, list[types.ProposedRedaction]]:
    """Row number -> what is withheld in it. Anything not expressly released is withheld."""
    found: dict[int, list[types.ProposedRedaction]] = {}
    for row in Redaction.objects.filter(batch_id=batch_id).exclude(status=Redaction.Status.REJECTED):
        place = types.ProposedRedaction(row.row, row.path, row.start, row.end, row.label, row.role, row.rule)
        found.setdefault(row.row, []).append(place)
    return found


def open_notices(case_id: UUID) -> Iterator[UUID]:
    yield from Notice.objects.filter(case_id=case_id, state=Notice.State.ORDERED).values_list("id", flat=True)


def notice_to_send(notice_id: UUID) -> types.NoticeToSend:
    """The mail as it goes out; a notice that was sent has no contents left and `to` is empty."""
    notice = Notice.objects.select_related("case").get(pk=notice_id)
    mail = notices.render(notice)
    return types.NoticeToSend(
        id=notice.id,
        case_id=notice.case_id,
        state=notice.state,
        to=mail.to,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        message_id=notices.message_id(notice),
        language=notice.case.language,
    )


def letter_to_print(notice_id: UUID) -> types.LetterToPrint:
    notice = Notice.objects.select_related("case").get(pk=notice_id)
    content = notices.content(notice)
    return types.LetterToPrint(
        id=notice.id,
        case_id=notice.case_id,
        kind=notice.kind,
        state=notice.state,
        ordered_at=notice.ordered_at,
        name=content.get("name", ""),
        postal_address=content.get("postal_address", ""),
        in_place_of=content.get("in_place_of", ""),
        language=notice.case.language,
        parameters=content.get("parameters", {}),
    )


def is_reachable() -> bool:
    """The case file's table answers and the master key has its right form; raises what stands in the way."""
    master_key()
    Case.objects.exists()
    return True


def open_by_state() -> dict[str, int]:
    """How many open cases stand in each state."""
    found = Case.objects.exclude(state=State.CLOSED).values_list("state").annotate(Count("id"))
    return {str(state): int(number) for state, number in found}
