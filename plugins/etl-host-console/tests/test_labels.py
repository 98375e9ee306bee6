from __future__ import annotations

from etl_host_console.labels import Labels


def test_a_task_is_called_by_its_name_and_by_its_path_where_that_is_taken() -> None:
    labels = Labels()
    paths = [("all", "stops"), ("cairns", "stops"), ("all", "trips"), ("all", "stops")]
    assert [labels.of(path) for path in paths] == ["stops", "cairns/stops", "trips", "stops"]


def test_a_name_can_not_steer_the_terminal() -> None:
    assert Labels().of(("a\x1b[2Jb\n",)) == r"a\x1b[2Jb\n"
