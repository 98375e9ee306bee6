"""For each mutant a scenario that catches it, and what there is to see then: anything else would be a failure for
another reason.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

from tests.chaos.bolt_proxy import Cut, Moment
from tests.chaos.cuts import LINKS, cut
from tests.chaos.kills import killed
from tests.chaos.rivals import overtaken, second_refused, two_at_once
from tests.chaos.scenarios import Scenario


class Catch(NamedTuple):
    """``sign`` is in what the scenario returns. ``quick``: also among the tests that are run each time."""

    scenario: Scenario
    sign: str
    quick: bool = False


_KILLED_IN_LINKS = partial(killed, window="links → their checkpoint", occurrence=3)

CATCHES = {
    "checkpoint_in_a_transaction_of_its_own": Catch(_KILLED_IN_LINKS, "graph: ", quick=True),
    "read_before_lock": Catch(partial(cut, where=Cut(Moment.LATE, 2, text=LINKS)), "graph: ", quick=True),
    "no_fencing": Catch(partial(overtaken, window="links → their checkpoint"), "graph: ", quick=True),
    "written_again_though_committed": Catch(partial(cut, where=Cut(Moment.AFTER, 2, text=LINKS)), "graph: "),
    "gives_up_at_once": Catch(partial(cut, where=Cut(Moment.BEFORE, 2, text=LINKS)), "[no-connection]"),
    "trial_committed": Catch(partial(killed, window="inside the search for bad rows"), "graph: "),
    "counts_not_stored": Catch(_KILLED_IN_LINKS, "counted: "),
    "statements_without_checkpoint": Catch(partial(killed, window="between two tasks", occurrence=2), "graph: "),
    "records_not_kept": Catch(partial(killed, window="between two statements"), "[checkpoint-missing]"),
    "lock_not_looked_at": Catch(second_refused, "was not refused"),
    "begins_beside_another": Catch(two_at_once, "which is unfinished [query-refused]"),
    "rejects_not_synced": Catch(_KILLED_IN_LINKS, "[lost-rejects]"),
    "rejects_not_cut": Catch(partial(killed, window="rejects synced → commit", occurrence=1), "rejects: ", quick=True),
    "rejects_rewritten_in_place": Catch(
        partial(overtaken, window="rejects written → synced", resumed=True), "once the first process went on: rejects: "
    ),
    "rejects_cut_unasked": Catch(
        partial(overtaken, window="task taken over → its rejects cut"), "once the first process went on: rejects: "
    ),
}
