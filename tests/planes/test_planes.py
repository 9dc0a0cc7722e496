"""What the planes beside the control plane declare."""

from __future__ import annotations

import pytest

from sagestub import planes


@pytest.mark.parametrize("service", planes.MODULES)
def test_the_handle_knows_every_kind_of_a_plane(service: str) -> None:
    plane = planes.plane_of(service)
    assert plane is not None
    known = {name for name, of in planes.KINDS.items() if of == service}
    assert {*plane.kinds} == known
