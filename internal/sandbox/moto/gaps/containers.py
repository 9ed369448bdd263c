"""ECS and its autoscaling."""

import json

from moto.applicationautoscaling.models import ApplicationAutoscalingBackend
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.core.utils import camelcase_to_underscores
from moto.ecs.models import EC2ContainerServiceBackend, Service
from moto.ecs.responses import EC2ContainerServiceResponse


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


def application_autoscaling_policies_replace_their_alarms() -> None:
    """A changed policy gets new alarms beside the old ones, which then outlive it."""
    put = ApplicationAutoscalingBackend.put_scaling_policy

    def put_scaling_policy(self, *args, **kwargs):
        before = dict(self.policies)
        policy = put(self, *args, **kwargs)
        for key, old in before.items():
            if self.policies[key] is not old:
                old.delete_alarms(self.account_id, self.region_name)
        return policy

    ApplicationAutoscalingBackend.put_scaling_policy = put_scaling_policy


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


def ecs_deleted_services_are_not_listed() -> None:
    """ListServices names deleted services, which AWS only describes."""
    list_all = EC2ContainerServiceBackend.list_services

    def list_services(self, *args, **kwargs):
        deleted = {s.arn for s in self.services.values() if s.status == "INACTIVE"}
        return [arn for arn in list_all(self, *args, **kwargs) if arn not in deleted]

    EC2ContainerServiceBackend.list_services = list_services
