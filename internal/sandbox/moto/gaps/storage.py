"""S3."""

import json
from types import SimpleNamespace

from moto.core.responses import ActionResult
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response


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
