"""The calls that a moto server was sent, held against AWS's published models.

moto takes much that AWS refuses: it looks at the parameters that it uses, and rarely at lengths,
patterns or ranges. botocore has the models that AWS publishes of its services, which say what
each member of a request may be. The Recorder notes every call, and what in it a model does not
allow; internal/sandbox/moto/calls.go reads the notes.
"""

import io
import json
import threading

from werkzeug.wrappers import Request

from .models import UnknownCall, identify, parameters_of
from .rules import faults, without_secrets

# Clients with this application id only look at the cloud: their calls are not noted.
OBSERVER = "app/sandbox-observer"


class Recorder:
    """Notes the calls on their way to an application."""

    def __init__(self, application) -> None:
        self.application = application
        self.lock = threading.Lock()
        self.calls: dict[str, dict] = {}  # equal calls are one

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        if not path.startswith("/moto-api") and OBSERVER not in environ.get("HTTP_USER_AGENT", ""):
            self.note(environ)
        return self.application(environ, start_response)

    def note(self, environ) -> None:
        body = Request(environ).get_data()
        # Whoever comes next reads the body again, of known length even if it came in chunks.
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        call = read(Request({**environ, "wsgi.input": io.BytesIO(body)}))
        with self.lock:
            self.calls.setdefault(json.dumps(call, sort_keys=True), call)

    def answer(self) -> str:
        """All calls so far, as JSON."""
        with self.lock:
            return json.dumps(list(self.calls.values()))


def read(request: Request) -> dict:
    """A request by the names of its model."""
    try:
        operation, labels = identify(request)
    except UnknownCall as error:
        sent = request.headers.get("X-Amz-Target") or f"{request.method} {request.full_path}"
        return {"service": "", "operation": sent, "parameters": {}, "faults": [str(error)]}
    service, shape = operation.service_model.service_name, operation.input_shape
    call = {"service": service, "operation": operation.name, "parameters": {}, "faults": []}
    if shape is None:
        return call
    try:
        parameters = parameters_of(operation, labels, request)
    except Exception as error:  # whatever a request makes the parser do, the server goes on
        return {**call, "faults": [f"it cannot be read: {error}"]}
    return {
        **call,
        "parameters": without_secrets(shape, parameters),
        "faults": list(faults(shape, parameters)),
    }
