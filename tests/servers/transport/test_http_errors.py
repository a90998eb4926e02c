"""Why a call over HTTP was not taken, in words; also where the status says that it was."""

import json

import pytest

from tuui_sampling.servers.transport.http_errors import words_for_status, words_in_success

JSON = "application/json"
ERROR = {"jsonrpc": "2.0", "id": None, "error": {"code": -32600, "message": "no such request"}}


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (202, b"", "", ""),
        (202, b"Accepted", "text/plain", ""),
        (200, b"{}", JSON, ""),
        (200, b"[]", JSON, ""),
        (200, b'{"jsonrpc":"2.0","id":1,"result":{}}', JSON, ""),
        (200, b'{"error":null}', JSON, ""),
        (200, b"{broken", JSON, ""),
        (200, b"[" * 5_000, JSON, ""),
        (200, json.dumps(ERROR).encode(), JSON, "HTTP 200 OK; it says: no such request"),
        (202, json.dumps(ERROR).encode(), JSON, "HTTP 202 Accepted; it says: no such request"),
        (200, b'{"error":"session is closed"}', JSON, "HTTP 200 OK; it says: session is closed"),
        (200, b'{"error":{"code":-32600}}', "", "HTTP 200 OK; it says: an error"),
        (200, b"<html>Sign in", "text/html", "HTTP 200 OK: a web page, which is not an MCP server's answer"),
    ],
)
def test_what_a_success_says_besides(status: int, body: bytes, kind: str, words: str) -> None:
    assert words_in_success(status, body, kind) == words


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (301, "HTTP 301 Moved Permanently: it names another address, which is not called"),
        (308, "HTTP 308 Permanent Redirect: it names another address, which is not called"),
        (415, "HTTP 415 Unsupported Media Type"),
        (799, "HTTP 799"),
    ],
)
def test_a_status_in_words(status: int, words: str) -> None:
    assert words_for_status(status) == words
