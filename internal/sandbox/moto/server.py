"""Moto's server, with the gaps filled that the AWS provider trips over.

Started by the Go package beside it, which speaks a small protocol. The first line on standard
output is "listening PORT". Without arguments the server ends when its standard input is closed,
so that it never outlives the process that started it, however that ends. With "--keep IDENTITY"
it goes on until it is told to end. "--plain" leaves the gaps open. Below /moto-api/sandbox/ it
answers GET identity, which tells it from another server on the same port, POST stop, and
POST hosted-zone?id=ID&name=DOMAIN, which adds what stands in for a zone that the stack was given.

Each function of GAPS fills one gap of moto, says what breaks without it, and is to be removed
once moto answers by itself.
"""

import json
import os
import sys
import threading
from types import SimpleNamespace
from urllib.parse import parse_qsl

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.cloudtrail.models import CloudTrailBackend
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.responses import ActionResult
from moto.core.utils import camelcase_to_underscores
from moto.ecs.models import Service
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.rds.models import DBInstance
from moto.route53.models import route53_backends
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server


def application_autoscaling_tags() -> None:
    """Application Auto Scaling has no tags: ListTagsForResource, TagResource and UntagResource fail.

    The provider reads the tags of every scalable target after creating it.
    """
    register = ApplicationAutoScalingResponse.register_scalable_target

    def tags_of(self, arn):
        # On the backend, so that a reset of moto empties them too.
        tags = vars(self.applicationautoscaling_backend).setdefault("sandbox_tags", {})
        return tags.setdefault(arn, {})

    def register_scalable_target(self):
        answer = register(self)
        tags_of(self, json.loads(answer)["ScalableTargetARN"]).update(self._get_param("Tags") or {})
        return answer

    def list_tags_for_resource(self):
        return json.dumps({"Tags": tags_of(self, self._get_param("ResourceARN"))})

    def tag_resource(self):
        tags_of(self, self._get_param("ResourceARN")).update(self._get_param("Tags"))
        return "{}"

    def untag_resource(self):
        for key in self._get_param("TagKeys"):
            tags_of(self, self._get_param("ResourceARN")).pop(key, None)
        return "{}"

    for method in (register_scalable_target, list_tags_for_resource, tag_resource, untag_resource):
        setattr(ApplicationAutoScalingResponse, method.__name__, method)


def cloudtrail_logging_by_arn() -> None:
    """StartLogging and StopLogging know a trail by name only.

    The provider, as AWS documents, passes the ARN.
    """
    for method in ("start_logging", "stop_logging"):
        by_name = getattr(CloudTrailBackend, method)

        def by_name_or_arn(self, name, *args, _by_name=by_name, **kwargs):
            return _by_name(self, name.rsplit("/", 1)[-1], *args, **kwargs)

        setattr(CloudTrailBackend, method, by_name_or_arn)


def s3_logging_beside_other_statements() -> None:
    """PutBucketLogging fails if the target's policy has a statement for the principal "*".

    It looks for one that lets the logging service write, and reads every principal as an object.
    A policy that denies plain HTTP to everybody has both.
    """
    permits = FakeBucket._log_permissions_enabled_policy

    def permits_with_object_principals(target_bucket, target_prefix):
        if not target_bucket.policy:
            return False
        policy = json.loads(target_bucket.policy)
        policy["Statement"] = [
            s for s in policy["Statement"] if isinstance(s.get("Principal"), dict)
        ]
        considered = SimpleNamespace(
            policy=json.dumps(policy).encode(),
            partition=target_bucket.partition,
            name=target_bucket.name,
        )
        return permits(considered, target_prefix)

    FakeBucket._log_permissions_enabled_policy = staticmethod(permits_with_object_principals)


def ecs_services_run_their_tasks() -> None:
    """A service never runs a task, so that waiting for a steady state does not end."""

    def created(self, *args, _init=Service.__init__, **kwargs):
        _init(self, *args, **kwargs)
        self.running_count = self.desired_count
        self.pending_count = 0
        for deployment in self.deployments:
            deployment.update(
                runningCount=self.desired_count, pendingCount=0, rolloutState="COMPLETED"
            )

    Service.__init__ = created


def ecs_services_keep_their_settings() -> None:
    """CreateService forgets half of what it is told; UpdateService remembers everything.

    Among it is enableExecuteCommand, so that each preview would want to set it again.
    """
    create = EC2ContainerServiceResponse.create_service

    def create_and_remember(self):
        result = create(self)
        service = result.result["service"]
        for name, value in self._get_params().items():
            attribute = camelcase_to_underscores(name)
            if not hasattr(service, attribute):
                setattr(service, attribute, value)
        return result

    EC2ContainerServiceResponse.create_service = create_and_remember


def rds_monitoring_and_insights() -> None:
    """CreateDBInstance forgets enhanced monitoring and Performance Insights."""

    def created(self, *args, _init=DBInstance.__init__, **kwargs):
        _init(self, *args, **kwargs)
        for name, value in kwargs.items():
            if name.startswith(("monitoring_", "performance_insights_", "enable_performance_")):
                setattr(self, name, value)

    DBInstance.__init__ = created
    DBInstance.performance_insights_enabled = property(
        lambda self: getattr(self, "enable_performance_insights", False)
    )


def s3_logging_key_format() -> None:
    """GetBucketLogging leaves out how the keys of log objects are made."""
    get = S3Response.get_bucket_logging

    def get_with_key_format(self):
        logging = self.backend.get_bucket_logging(self.bucket_name)
        if "TargetObjectKeyFormat" not in (logging or {}):
            return get(self)
        self.data["Action"] = "GetBucketLogging"
        return self.serialized(ActionResult({"LoggingEnabled": logging}))

    S3Response.get_bucket_logging = get_with_key_format


GAPS = (
    application_autoscaling_tags,
    cloudtrail_logging_by_arn,
    ecs_services_keep_their_settings,
    ecs_services_run_their_tasks,
    rds_monitoring_and_insights,
    s3_logging_beside_other_statements,
    s3_logging_key_format,
)


class Sandbox:
    """Answers for the sandbox what moto has no words for, and passes the rest on."""

    PREFIX = "/moto-api/sandbox/"

    def __init__(self, application, identity: str) -> None:
        self.application = application
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


def main(arguments: list[str]) -> None:
    if arguments != ["--plain"]:
        for fill in GAPS:
            fill()
    kept = arguments[:1] == ["--keep"]
    if not kept:
        threading.Thread(target=end_with_parent, daemon=True).start()
    # Port 0: the system picks a free one, and there is no moment in which another could take it.
    application = Sandbox(
        DomainDispatcherApplication(create_backend_app), arguments[1] if kept else ""
    )
    server = make_server("127.0.0.1", 0, application, threaded=True)
    os.environ["MOTO_PORT"] = str(server.server_port)  # moto builds URLs of its own with it
    print(f"listening {server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
