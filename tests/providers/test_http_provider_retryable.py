"""Which failures a call may be made again for without asking: those that pass, before anything has arrived."""

import ssl

import httpx2
import pytest

from tests.support.models.model_server import ModelServer, fails, refuses, streams
from tests.support.models.wires import Wire, ask, collect
from tuui_sampling.sampling.errors import ModelError

from .test_http_provider_failures import caused_by, each_wire, error_body, failure, in_band_event


@pytest.mark.hostile(66, 67)
@each_wire
@pytest.mark.parametrize(
    ("server", "passes"),
    [
        (refuses(429, error_body()), True),
        (refuses(500, error_body()), True),
        (refuses(529, error_body()), True),
        (refuses(408, error_body()), True),
        (fails(httpx2.ConnectError("x")), True),
        (fails(httpx2.ReadTimeout("x")), True),
        (fails(caused_by(httpx2.ConnectError("x"), ssl.SSLCertVerificationError("self-signed"))()), False),
        (refuses(429, error_body(code="insufficient_quota")), False),
        (refuses(400, error_body()), False),
        (refuses(401, error_body()), False),
        (refuses(404, error_body()), False),
        (refuses(307, {}), False),
        (streams()[0], False),
    ],
)
async def test_what_may_be_tried_again_without_asking(wire: Wire, server: ModelServer, passes: bool) -> None:
    with pytest.raises(ModelError) as caught:
        await collect(wire.make(server), ask())
    assert caught.value.is_transient is passes


@each_wire
async def test_nothing_is_tried_again_once_a_piece_has_arrived(wire: Wire) -> None:
    overloaded = in_band_event(wire, type="overloaded_error", code="server_error", message="Overloaded")
    silent, _ = streams(wire.begin, overloaded)
    assert (await failure(wire, silent)).is_transient
    begun, _ = streams(wire.begin, wire.text("so far"), overloaded)
    assert not (await failure(wire, begun)).is_transient
    slow, _ = streams(wire.begin, wire.text("so far"), httpx2.ReadTimeout("slow"))
    assert not (await failure(wire, slow)).is_transient
