"""Moto's server, with the gaps filled that the AWS provider trips over.

Started by the Go package beside it, which speaks a small protocol. The first line on standard
output is "listening PORT". Without arguments the server ends when its standard input is closed,
so that it never outlives the process that started it, however that ends. With "--keep IDENTITY"
it goes on until it is told to end. "--plain" leaves the gaps open; they are in gaps/. Below
/moto-api/sandbox/ it answers GET identity, which tells it from another server on the same port,
POST stop, POST hosted-zone?id=ID&name=DOMAIN, which adds what stands in for a zone that the stack
was given, and GET calls: what it was sent, and what of it AWS's models do not allow (calls/).

By hand, for a Pulumi of your own: docs/local.md.
"""

import argparse
import os
import sys
import threading
from urllib.parse import parse_qsl

from calls import Recorder
from gaps import GAPS
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.config import default_user_config
from moto.route53.models import route53_backends
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server


class Sandbox:
    """Answers for the sandbox what moto has no words for, and passes the rest on."""

    PREFIX = "/moto-api/sandbox/"

    def __init__(self, application, identity: str) -> None:
        self.application = Recorder(application)
        self.identity = identity

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        if not path.startswith(self.PREFIX):
            return self.application(environ, start_response)
        query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
        answer = self.answer(environ["REQUEST_METHOD"], path.removeprefix(self.PREFIX), query)
        status = "404 Not Found" if answer is None else "200 OK"
        start_response(status, [("Content-Type", "text/plain")])
        return [(answer or "").encode()]

    def answer(self, method: str, what: str, query: dict[str, str]) -> str | None:
        if (method, what) == ("GET", "identity"):
            return self.identity
        if (method, what) == ("GET", "calls"):
            return self.application.answer()
        if (method, what) == ("POST", "stop"):
            threading.Timer(0.1, os._exit, [0]).start()  # once this is answered
            return "stopping"
        if (method, what) == ("POST", "hosted-zone"):
            add_hosted_zone(query["id"], query["name"])
            return "there"
        return None


def add_hosted_zone(zone_id: str, name: str) -> None:
    """Adds a hosted zone with an id of the caller's, which Route 53 itself would choose."""
    backend = route53_backends[DEFAULT_ACCOUNT_ID]["aws"]
    if zone_id in backend.zones:
        return
    zone = backend.create_hosted_zone(name, private_zone=False)
    backend.zones[zone_id] = backend.zones.pop(zone.resource_id)
    zone.resource_id = zone_id


def end_with_parent() -> None:
    """Ends the process once standard input is closed."""
    sys.stdin.buffer.read()
    os._exit(0)


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="moto, as the AWS provider needs it")
    parser.add_argument("--plain", action="store_true", help="leave moto's gaps open")
    parser.add_argument("--keep", metavar="IDENTITY", help="go on when standard input is closed")
    # Port 0: the system picks a free one, and there is no moment in which another could take it.
    parser.add_argument("--port", type=int, default=0, help="to listen at; by default a free one")
    parser.add_argument(
        "--hosted-zone", nargs=2, metavar=("ID", "DOMAIN"), help="a zone that the stack is given"
    )
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> None:
    options = parse(arguments)
    # AWS has its managed policies, such as the one of enhanced monitoring, before anybody asks.
    default_user_config["iam"] = {"load_aws_managed_policies": True}
    if not options.plain:
        for fill in GAPS:
            fill()
    if options.keep is None:
        threading.Thread(target=end_with_parent, daemon=True).start()
    if options.hosted_zone:
        add_hosted_zone(*options.hosted_zone)
    application = Sandbox(DomainDispatcherApplication(create_backend_app), options.keep or "")
    server = make_server("127.0.0.1", options.port, application, threaded=True)
    os.environ["MOTO_PORT"] = str(server.server_port)  # moto builds URLs of its own with it
    print(f"listening {server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
