"""The two signals that leave the case file. Both are sent inside the transaction: a failing receiver rolls it back."""

from __future__ import annotations

from django.dispatch import Signal

# case_id: UUID, state: State, entry: int (the n-th time that the case enters any state)
case_entered_state = Signal()
# case_id: UUID, kind: WorkKind, order_id: str
work_ordered = Signal()
