"""CloudWatch and its logs."""

import json

from moto.cloudwatch.models import Alarm
from moto.cloudwatch.responses import CloudWatchResponse
from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.responses import LogsResponse
from moto.moto_api._internal import mock_random


def cloudwatch_composite_alarms() -> None:
    """There is no PutCompositeAlarm, although DescribeAlarms would answer for one."""
    CloudWatchResponse.put_composite_alarm = CloudWatchResponse.put_metric_alarm
    Alarm.alarm_rule = property(lambda self: self.rule)


def logs_query_definitions() -> None:
    """CloudWatch Logs has no saved queries: PutQueryDefinition and its kin are missing."""

    def stored(self) -> dict:
        # On the backend, so that a reset of moto empties them too.
        return vars(self.logs_backend).setdefault("sandbox_query_definitions", {})

    def put_query_definition(self):
        definition = json.loads(self.body)
        identity = definition.setdefault("queryDefinitionId", str(mock_random.uuid4()))
        definition.pop("clientToken", None)
        stored(self)[identity] = definition
        return json.dumps({"queryDefinitionId": identity})

    def describe_query_definitions(self):
        prefix = self._get_param("queryDefinitionNamePrefix") or ""
        found = [d for d in stored(self).values() if d["name"].startswith(prefix)]
        return json.dumps({"queryDefinitions": found})

    def delete_query_definition(self):
        if stored(self).pop(self._get_param("queryDefinitionId"), None) is None:
            raise ResourceNotFoundException("The specified query definition does not exist.")
        return json.dumps({"success": True})

    for method in (put_query_definition, describe_query_definitions, delete_query_definition):
        setattr(LogsResponse, method.__name__, method)
