"""Environments with the host's wheel in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from fresh_environment import ROOT, FreshEnvironment, build_wheel


@pytest.fixture(scope="session")
def host_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The host, built."""
    return build_wheel(ROOT, tmp_path_factory.mktemp("wheels"))


@pytest.fixture(scope="session")
def fixed_width_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The third party's plugin of the examples, built."""
    return build_wheel(ROOT / "examples" / "plugin-fixed-width", tmp_path_factory.mktemp("wheels"))


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory, host_wheel: Path, fixed_width_wheel: Path) -> FreshEnvironment:
    """Host and one good plugin; for tests that install beside it."""
    environment = FreshEnvironment(tmp_path_factory.mktemp("host") / "venv")
    environment.install(host_wheel, fixed_width_wheel)
    return environment


@pytest.fixture
def own(tmp_path: Path, host_wheel: Path) -> FreshEnvironment:
    """Only the host, for a test that changes the environment."""
    environment = FreshEnvironment(tmp_path / "venv")
    environment.install(host_wheel)
    return environment
