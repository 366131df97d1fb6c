"""One HTTP server on loopback for several local services, each under its own first folder."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tests.servers.drive import Service


@contextlib.contextmanager
def serving(services: Mapping[str, Service]) -> Iterator[dict[str, str]]:
    """Serve each service at ``/<name>/...``; give its name and base address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body are written apart: with Nagle's algorithm each answer waits 40 ms.
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._answer("GET", b"")

        def do_POST(self) -> None:
            self._answer("POST", self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def _answer(self, method: str, body: bytes) -> None:
            parts = urlsplit(self.path)
            name, _, rest = parts.path.lstrip("/").partition("/")
            query = parse_qs(parts.query, keep_blank_values=True)
            headers = {key.lower(): value for key, value in self.headers.items()}
            status, answered, content = services[name].answer(
                method, f"/{rest}", query, body, headers
            )
            self.send_response(status)
            for key, value in {"Content-Length": str(len(content)), **answered}.items():
                self.send_header(key, value)
            self.end_headers()
            with contextlib.suppress(ConnectionError):
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing: the tests do."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Say nothing: a client that hangs up is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield {name: f"http://127.0.0.1:{server.server_address[1]}/{name}" for name in services}
    finally:
        server.shutdown()
        server.server_close()
