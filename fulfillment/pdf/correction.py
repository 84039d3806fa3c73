"""From the items of a correction to what papers say of them."""

from __future__ import annotations

from dataclasses import asdict, replace

from fulfillment.pdf.documents import CorrectedPlace, Correction, Disputed, Ground
from fulfillment.plain_names import Name, plain_names
from requests_app.casefile import read, reasons
from requests_app.casefile.types import CaseSnapshot, CorrectionFact, CorrectionPlaceFact, PaperFacts

REFUSED = "refused"


def corrections(case: CaseSnapshot, law: PaperFacts) -> tuple[Correction, ...]:
    """Without a word of what the person said: as the record may show it. Items nobody ruled on are left out."""
    name = plain_names(case.language)
    return tuple(_correction(item, law, name, case.language) for item in case.corrections if item.ruling != "open")


def told_to_the_person(case: CaseSnapshot, law: PaperFacts) -> tuple[Correction, ...]:
    """The same with their own words, and with the explanation of each refusal."""
    never = {item.number for item in case.corrections if item.match}
    said = {
        values.number: Disputed(
            what=values.what,
            stands="" if values.number in never else values.stands,
            should_be="" if values.number in never else values.should_be,
            explanation=values.explanation,
            health=values.health,
            origins=tuple((source, tuple(kinds)) for source, kinds in values.origins.items()),
        )
        for values in read.corrections(case.id)
    }
    return tuple(replace(item, said=said[item.number]) for item in corrections(case, law))


def _correction(item: CorrectionFact, law: PaperFacts, name: Name, language: str) -> Correction:
    refused = item.ruling == REFUSED
    ground = law.grounds.get(item.ground) if refused else None
    return Correction(
        number=item.number,
        result=REFUSED if refused else item.result,
        match=item.match,
        ground=Ground(**asdict(ground)) if ground else None,
        places=() if refused else tuple(_place(row, name, language) for row in item.places if row.chosen),
    )


def _place(row: CorrectionPlaceFact, name: Name, language: str) -> CorrectedPlace:
    reason = reasons.get(row.reason) if row.reason else None
    return CorrectedPlace(
        source=row.source_name,
        where=f"{name(row.source_key, row.collection)} ({row.column.replace('_', ' ')})",
        result=row.result,
        rows=row.rows_done if row.result in {"corrected", "partly"} else row.rows,
        why=reason.text.told(language) if reason else "",
        then=reason.next.told(language) if reason else "",
        owner=reason.owner_name.told(language) if reason else "",
    )
