"""How far a task is, in words."""

from __future__ import annotations

from dataclasses import dataclass

from etl_host import BatchFinished


@dataclass(frozen=True)
class Standing:
    """What the last batch of a task says; every text is empty where there is nothing to say.

    ``share``: how much of the work is done, 0 to 1, None where that is not known.
    """

    share: float | None = None
    rows: str = ""
    rate: str = ""
    left: str = ""
    rejected: str = ""

    @classmethod
    def after(cls, event: BatchFinished) -> Standing:
        """``25,193/37,790``, ``20,833 rows/s``, ``0:01 left``, ``2 rejected``."""
        read, rejected = event.balance.read, event.balance.rejected
        return cls(
            share=_share(event),
            rows=f"{read:,}/{event.expected:,}" if event.expected else f"{read:,} {'row' if read == 1 else 'rows'}",
            rate=f"{event.rows_per_second:,.0f} rows/s",
            left=_left(event),
            rejected=f"{rejected:,} rejected" if rejected else "",
        )

    @property
    def percent(self) -> str:
        return "" if self.share is None else f"{self.share:.0%}"


def _share(event: BatchFinished) -> float | None:
    if event.expected:
        return min(1.0, event.balance.read / event.expected)
    return event.share


def _left(event: BatchFinished) -> str:
    """By the rate of this attempt, as the rows of earlier ones took no time in it."""
    share, rate = _share(event), event.rows_per_second
    if not share or rate <= 0:
        return ""
    total = event.expected or event.balance.read / share
    minutes, seconds = divmod(round(max(0.0, total - event.balance.read) / rate), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02} left" if hours else f"{minutes}:{seconds:02} left"
