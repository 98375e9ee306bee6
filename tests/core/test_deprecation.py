from __future__ import annotations

import pytest

from etl_host import EtlHostDeprecationWarning
from etl_host.core.deprecation import warn_deprecated


def old_name() -> None:
    warn_deprecated("old_name()", since="0.4", gone_in="0.6", instead="call new_name()")


def test_the_warning_names_cause_consequence_and_cure_at_the_line_of_the_caller() -> None:
    message = r"^old_name\(\) is deprecated since etl-host 0\.4 and is gone in 0\.6: call new_name\(\)$"
    with pytest.warns(EtlHostDeprecationWarning, match=message) as caught:
        old_name()
    assert caught[0].filename == __file__


@pytest.mark.filterwarnings("error::etl_host.EtlHostDeprecationWarning")
def test_it_can_be_made_an_error_by_its_public_name() -> None:
    with pytest.raises(EtlHostDeprecationWarning):
        old_name()
