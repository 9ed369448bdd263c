"""Which operation of AWS a request is, and its parameters, by botocore's models."""

import gzip
import json
import os
import re
from functools import cache
from urllib.parse import parse_qsl, unquote

import botocore
from moto.core.model import OperationModel, ServiceModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.core.utils import gzip_decompress
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Request

DATA = os.path.join(os.path.dirname(botocore.__file__), "data")

# The beginning of a model is its metadata: enough to see which service it is of.
METADATA_LENGTH = 4096


class UnknownCall(Exception):
    """A request that no model has an operation for."""


def identify(request: Request) -> tuple[OperationModel, dict]:
    """The operation of a request, and the labels of its path."""
    signed_for = signing_name(request)
    if signed_for is None:
        raise UnknownCall("it is not signed, so that nothing says which service it is for")
    models = [load(name) for name in services().get(signed_for, ())]
    found = [match for model in models if (match := find_operation(model, request))]
    if not found:
        raise UnknownCall(f"AWS's models of {signed_for!r} have no such operation")
    # The most specific: /v20180820/bucket/x is S3 Control's, and might be a key of S3's.
    _, operation, labels = max(found, key=lambda match: match[0])
    return operation, labels


def signing_name(request: Request) -> str | None:
    scope = re.search(r"Credential=[^,/]+/\d+/[^/]+/([^/]+)/", request.headers.get("Authorization", ""))
    return scope[1].lower() if scope else None


@cache
def services() -> dict[str, list[str]]:
    """The names of the models by the name that requests are signed for, which several may share."""
    found: dict[str, list[str]] = {}
    for name in sorted(os.listdir(DATA)):
        file = model_file(name)
        if file is None:
            continue
        with gzip.open(file, "rt", encoding="utf-8") as content:
            metadata = content.read(METADATA_LENGTH)
        known = dict(re.findall(r'"(signingName|endpointPrefix)"\s*:\s*"([^"]+)"', metadata))
        signed_for = known.get("signingName") or known.get("endpointPrefix")
        if signed_for:
            found.setdefault(signed_for.lower(), []).append(name)
    for signed_for, names in found.items():
        names.sort(key=lambda name: name != signed_for)  # rds before docdb, which copies it
    return found


def model_file(service: str) -> str | None:
    folder = os.path.join(DATA, service)
    if not os.path.isdir(folder):
        return None
    for version in sorted(os.listdir(folder), reverse=True):
        file = os.path.join(folder, version, "service-2.json.gz")
        if os.path.exists(file):
            return file
    return None


@cache
def load(service: str) -> ServiceModel:
    with gzip.open(model_file(service), "rt", encoding="utf-8") as content:
        return ServiceModel(json.load(content), service)


def find_operation(service: ServiceModel, request: Request):
    """The operation of a request as (how specific, operation, labels of its path), or None."""
    form = values_of(request)
    if target := request.headers.get("X-Amz-Target"):
        prefix, _, name = target.rpartition(".")
        # Of com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101 the SDK for Go sends the end.
        own = service.metadata.get("targetPrefix", "")
        known = prefix.rpartition(".")[2] == own.rpartition(".")[2]
    elif "Action" in form and "Version" in form:
        name, known = form["Action"], form["Version"] == service.api_version
    else:
        return find_path(service, request)
    known = known and name in service.operation_names
    return ((0,), service.operation_model(name), {}) if known else None


def find_path(service: ServiceModel, request: Request):
    path, _, _ = raw_target(request).partition("?")
    best = None
    for method, pattern, query, specific, name in paths(service.service_name):
        if method != request.method or request.args.get("x-id", name) != name:
            continue
        if any(request.args.get(key) != value for key, value in query.items()):
            continue
        match = pattern.fullmatch(path.rstrip("/") or "/")
        if match is None:
            continue
        operation = service.operation_model(name)
        # PutObject and CopyObject have one path; a header that only one requires tells them apart.
        # PutBucketLifecycle has that of what replaced it.
        rank = (specific, has_required(operation, request), not operation.deprecated)
        if best is None or rank > best[0]:
            labels = {LABELS[group]: value for group, value in match.groupdict().items()}
            best = (rank, operation, labels)
    return best


def has_required(operation: OperationModel, request: Request) -> bool:
    """Whether a request has what the operation requires of its headers and query."""
    shape = operation.input_shape
    sent = {"header": request.headers, "querystring": request.args}
    for name in shape.required_members if shape else ():
        member = shape.members[name].serialization
        place = sent.get(member.get("location"))
        if place is not None and member.get("name", name) not in place:
            return False
    return True


# Labels of paths by the names that their groups have in patterns, which allow no hyphens.
LABELS: dict[str, str] = {}


@cache
def paths(service: str) -> list:
    """The operations of a service by method, path and what their query always has."""
    model, found = load(service), []
    for name in model.operation_names:
        http = model.operation_model(name).http
        path, _, query = http["requestUri"].partition("?")
        fixed = dict(parse_qsl(query, keep_blank_values=True))
        fixed.pop("x-id", None)
        pattern, specific = "", len(fixed) * 100
        for part in re.split(r"(\{[^}]+\})", path.rstrip("/") or "/"):
            if not part.startswith("{"):
                pattern += re.escape(part)
                specific += len(part)
                continue
            label = part.strip("{}+")
            group = re.sub(r"\W", "_", label)
            LABELS[group] = label
            pattern += f"(?P<{group}>{'.+' if part.endswith('+}') else '[^/]+'})"
        found.append((http["method"], re.compile(pattern), fixed, specific, name))
    return found


def raw_target(request: Request) -> str:
    """Path and query as they were sent: an ARN in a path keeps its encoded slashes."""
    target = request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI") or request.full_path
    return re.sub(r"^\w+://[^/]*", "", target)  # what came through a proxy names its host


def values_of(request: Request) -> MultiDict:
    values = MultiDict(request.args)
    if request.mimetype == "application/x-www-form-urlencoded":
        values.update(parse_qsl(body_of(request).decode(), keep_blank_values=True))
    return values


def body_of(request: Request) -> bytes:
    body = request.get_data()
    return gzip_decompress(body) if request.headers.get("Content-Encoding") == "gzip" else body


def parameters_of(operation: OperationModel, labels: dict, request: Request) -> dict:
    protocol = determine_request_protocol(operation.service_model, request.content_type)
    payload = operation.input_shape and operation.input_shape.serialization.get("payload")
    # What a stream holds is nobody's to judge.
    stream = payload and operation.input_shape.members[payload].type_name == "blob"
    return PROTOCOL_PARSERS[protocol](operation).parse(
        {
            "method": request.method,
            "values": values_of(request),
            "headers": request.headers,
            "body": b"" if stream else body_of(request),
            "url_path": unquote(request.path),
            "url_params": labels,
        }
    )
