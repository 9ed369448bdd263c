"""CloudTrail and GuardDuty."""

import json
from urllib.parse import unquote

from moto.cloudtrail.models import CloudTrailBackend
from moto.guardduty import urls
from moto.guardduty.models import Detector
from moto.guardduty.responses import GuardDutyResponse


def cloudtrail_logging_by_arn() -> None:
    """StartLogging and StopLogging know a trail by name only.

    The provider, as AWS documents, passes the ARN.
    """
    for method in ("start_logging", "stop_logging"):
        by_name = getattr(CloudTrailBackend, method)

        def by_name_or_arn(self, name, *args, _by_name=by_name, **kwargs):
            return _by_name(self, name.rsplit("/", 1)[-1], *args, **kwargs)

        setattr(CloudTrailBackend, method, by_name_or_arn)


def cloudtrail_deletion_by_arn() -> None:
    """DeleteTrail knows a trail by name only, and says that it deleted one it does not know.

    The provider passes the ARN, so that the trail stayed.
    """

    def delete_by_name_or_arn(self, name):
        del self.trails[self.get_trail(name).trail_name]

    CloudTrailBackend.delete_trail = delete_by_name_or_arn


def guardduty_features_one_by_one() -> None:
    """UpdateDetector forgets every feature that it is not told about.

    The provider sets one feature at a time, so that only the last would be left.
    """
    update = Detector.update

    def update_and_keep(self, enable, finding_publishing_frequency, data_sources, features):
        merged = {feature["name"]: feature for feature in self.features}
        merged.update((feature["name"], feature) for feature in features or [])
        update(self, enable, finding_publishing_frequency, data_sources, list(merged.values()))

    Detector.update = update_and_keep


def guardduty_tags() -> None:
    """A detector's tags cannot be changed: TagResource, UntagResource and ListTagsForResource fail.

    The provider does so when a tag of the whole stack changes.
    """
    urls.url_paths["{0}/tags/(?P<resource_arn>.+)$"] = GuardDutyResponse.dispatch

    def tags(self) -> dict:
        arn = unquote(self.path.split("/tags/", 1)[1])
        return self.guardduty_backend.get_detector(arn.rsplit("/", 1)[-1]).tags

    def tag_resource(self):
        tags(self).update(json.loads(self.body)["tags"])
        return "{}"

    def untag_resource(self):
        for key in self.querystring.get("tagKeys", []):
            tags(self).pop(key, None)
        return "{}"

    def list_tags_for_resource(self):
        return json.dumps({"tags": tags(self)})

    for method in (tag_resource, untag_resource, list_tags_for_resource):
        setattr(GuardDutyResponse, method.__name__, method)
