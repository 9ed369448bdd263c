"""CodeDeploy."""

import json

from moto.codedeploy.models import Application, DeploymentGroup
from moto.codedeploy.responses import CodeDeployResponse
from moto.core.utils import camelcase_to_underscores, unix_time


def codedeploy_alarms() -> None:
    """GetDeploymentGroup leaves out the alarms that roll a deployment back."""
    describe = DeploymentGroup.to_dict

    def describe_with_alarms(self):
        return {**describe(self), "alarmConfiguration": self.alarm_configuration or {}}

    DeploymentGroup.to_dict = describe_with_alarms


def codedeploy_dates() -> None:
    """GetApplication says when an application was created as a text, not as a number.

    The AWS SDK for Go cannot read it, so that every application seems to fail.
    """
    describe = Application.to_dict

    def describe_with_number(self):
        self.created = getattr(self, "created", None) or unix_time()
        return {**describe(self), "createTime": self.created}

    Application.to_dict = describe_with_number


def codedeploy_change_and_delete() -> None:
    """UpdateDeploymentGroup, DeleteDeploymentGroup and DeleteApplication are missing."""

    def update_deployment_group(self):
        backend, application = self.codedeploy_backend, self._get_param("applicationName")
        old_name = self._get_param("currentDeploymentGroupName")
        group = backend.get_deployment_group(application, old_name)
        for name, value in json.loads(self.body).items():
            attribute = camelcase_to_underscores(name)
            if hasattr(group, attribute) and name != "applicationName":
                setattr(group, attribute, value)
        groups = backend.deployment_groups[application]
        group.deployment_group_name = self._get_param("newDeploymentGroupName") or old_name
        groups[group.deployment_group_name] = groups.pop(old_name)
        return json.dumps({"hooksNotCleanedUp": []})

    def delete_deployment_group(self):
        groups = self.codedeploy_backend.deployment_groups
        name = self._get_param("deploymentGroupName")
        groups.get(self._get_param("applicationName"), {}).pop(name, None)
        return json.dumps({"hooksNotCleanedUp": []})

    def delete_application(self):
        name = self._get_param("applicationName")
        self.codedeploy_backend.applications.pop(name, None)
        self.codedeploy_backend.deployment_groups.pop(name, None)
        return "{}"

    for method in (update_deployment_group, delete_deployment_group, delete_application):
        setattr(CodeDeployResponse, method.__name__, method)
