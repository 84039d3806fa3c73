"""Reads a folder of law files and resolves each law against its baseline, the strict default of the company.

A right or a section that a law leaves out is the baseline's. The baseline's deadlines stand beside the law's own, so
that nobody gets less than the strict default. Denial grounds are not added: a right that the law gives is denied on the
law's grounds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, get_args

from requests_app.regimes.reader import LawFileError, read
from requests_app.regimes.schema import Kind, Regime, Right, RightName, WrittenLaw

_SECTIONS = ("business_days", "appeal", "referral", "regulator", "agent", "never_disclose", "records")


class Laws(NamedTuple):
    by_code: Mapping[str, Regime]
    default: Regime


def load(folder: Path) -> Laws:
    """Every law of a folder, resolved. LawFileError lists all that is wrong, file by file."""
    written: dict[str, WrittenLaw] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            law = read(path)
        except LawFileError as error:
            faults.extend(error.faults)
        else:
            written[law.code] = law
    if faults := faults or list(_contradictions(written)):
        raise LawFileError(faults)
    bases = {code: _resolve(law, None) for code, law in written.items() if law.baseline is None}
    resolved = {
        code: _resolve(law, bases[law.baseline]) if law.baseline else bases[code] for code, law in written.items()
    }
    return Laws(MappingProxyType(resolved), next(resolved[code] for code, law in written.items() if law.default))


def _resolve(law: WrittenLaw, base: Regime | None) -> Regime:
    sections: dict[str, Any] = {name: getattr(law, name) or getattr(base, name) for name in _SECTIONS}
    rights = dict(base.rights) if base else {}
    rights |= {
        name: Right(
            name=name,
            granted_by=law.code,
            citation=right.citation,
            identity=right.identity,
            two_step=right.two_step,
            deadlines=(
                *(law.deadlines[each] for each in right.deadlines),
                *(base.rights[name].deadlines if base else ()),
            ),
            grounds=tuple(ground for ground in law.denial_grounds if name in ground.rights),
            agent_may=name in sections["agent"].rights,
        )
        for name, right in law.rights.items()
    }
    appeals = (clock for clock in law.deadlines.values() if clock.kind is Kind.APPEAL)
    return Regime(
        code=law.code,
        name=law.name,
        version=max(law.version, base.version) if base else law.version,
        in_force_on=law.in_force_on,
        citation=law.citation,
        residences=law.residences,
        rights=MappingProxyType(rights),
        appeal_deadlines=(*appeals, *(base.appeal_deadlines if base else ())),
        **sections,
    )


def _contradictions(written: Mapping[str, WrittenLaw]) -> Iterator[str]:
    """What is wrong between the files, or missing from one that has no other to lean on."""
    for code, law in written.items():
        if law.baseline is None:
            for missing in _lacks(law):
                yield f"{code.lower()}.toml:1: {missing}: is missing, and there is no baseline to supply it"
        elif law.baseline not in written or written[law.baseline].baseline is not None:
            yield f"{code.lower()}.toml:1: baseline: {law.baseline} is not a law that stands by itself"
    if len(defaults := [code for code, law in written.items() if law.default]) != 1:
        yield f"default: exactly one law file must be the default, not {', '.join(defaults) or 'none'}"
    places = [place for law in written.values() for place in law.residences]
    for place in sorted({place for place in places if places.count(place) > 1}):
        yield f"residences: {place} is in more than one law file"


def _lacks(law: WrittenLaw) -> Iterator[str]:
    for name in get_args(RightName):
        if name not in law.rights:
            yield f"rights.{name}"
        elif not law.rights[name].deadlines:
            yield f"rights.{name}.deadlines"
    if not any(clock.kind is Kind.APPEAL for clock in law.deadlines.values()):
        yield "deadlines.appeal"
    yield from (section for section in _SECTIONS if getattr(law, section) is None)
