"""Moto's server, with the gaps filled that the AWS provider trips over.

Started by the Go package beside it, which speaks a small protocol. The first line on standard
output is "listening PORT". Without arguments the server ends when its standard input is closed,
so that it never outlives the process that started it, however that ends. With "--keep IDENTITY"
it goes on until it is told to end, by POST /moto-api/sandbox/stop; GET of
/moto-api/sandbox/identity then tells it from another server on the same port. "--plain" leaves
the gaps open.

Each function of GAPS fills one gap of moto, says what breaks without it, and is to be removed
once moto answers by itself.
"""

import json
import os
import sys
import threading

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.cloudtrail.models import CloudTrailBackend
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server


def application_autoscaling_tags() -> None:
    """ListTagsForResource of Application Auto Scaling is not implemented.

    The provider reads the tags of every scalable target after creating it.
    """

    def list_tags_for_resource(self):
        return json.dumps({"Tags": {}})

    ApplicationAutoScalingResponse.list_tags_for_resource = list_tags_for_resource


def cloudtrail_logging_by_arn() -> None:
    """StartLogging and StopLogging know a trail by name only.

    The provider, as AWS documents, passes the ARN.
    """
    for method in ("start_logging", "stop_logging"):
        by_name = getattr(CloudTrailBackend, method)

        def by_name_or_arn(self, name, *args, _by_name=by_name, **kwargs):
            return _by_name(self, name.rsplit("/", 1)[-1], *args, **kwargs)

        setattr(CloudTrailBackend, method, by_name_or_arn)


GAPS = (application_autoscaling_tags, cloudtrail_logging_by_arn)


class Stoppable:
    """Answers for the sandbox what moto has no words for, and passes the rest on."""

    def __init__(self, application, identity: str) -> None:
        self.application = application
        self.identity = identity

    def __call__(self, environ, start_response):
        request = environ["REQUEST_METHOD"] + " " + environ["PATH_INFO"]
        if request == "GET /moto-api/sandbox/identity":
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [self.identity.encode()]
        if request == "POST /moto-api/sandbox/stop":
            threading.Timer(0.1, os._exit, [0]).start()  # once this is answered
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [b"stopping"]
        return self.application(environ, start_response)


def end_with_parent() -> None:
    """Ends the process once standard input is closed."""
    sys.stdin.buffer.read()
    os._exit(0)


def main(arguments: list[str]) -> None:
    if arguments != ["--plain"]:
        for fill in GAPS:
            fill()
    application = DomainDispatcherApplication(create_backend_app)
    if arguments[:1] == ["--keep"]:
        application = Stoppable(application, arguments[1])
    else:
        threading.Thread(target=end_with_parent, daemon=True).start()
    # Port 0: the system picks a free one, and there is no moment in which another could take it.
    server = make_server("127.0.0.1", 0, application, threaded=True)
    os.environ["MOTO_PORT"] = str(server.server_port)  # moto builds URLs of its own with it
    print(f"listening {server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
