"""AWS Backup."""

import json
from urllib.parse import unquote

from moto.backup import urls
from moto.backup.exceptions import ResourceNotFoundException
from moto.backup.models import BackupBackend, Plan
from moto.backup.responses import BackupResponse
from moto.core.utils import unix_time
from moto.moto_api._internal import mock_random


def _stored(backend: BackupBackend, kind: str) -> dict:
    """What moto has no place for, on the backend, so that a reset of moto empties it too."""
    return vars(backend).setdefault(f"sandbox_{kind}", {})


def backup_vault_policy_and_notifications() -> None:
    """Vaults have neither an access policy nor notifications."""
    for path, kind in (("access-policy", "policies"), ("notification-configuration", "topics")):
        urls.url_paths["{0}/backup-vaults/(?P<name>[^/]+)/" + path + "$"] = urls.response.dispatch

        def put(self, _kind=kind):
            vault = self.path.split("/")[-2]
            self.backup_backend.describe_backup_vault(vault)
            _stored(self.backup_backend, _kind)[vault] = json.loads(self.body)
            return "{}"

        def get(self, _kind=kind):
            name = self.path.split("/")[-2]
            vault = self.backup_backend.describe_backup_vault(name)
            stored = _stored(self.backup_backend, _kind)
            if name not in stored:
                raise ResourceNotFoundException(f"Backup vault {name} has no {_kind}")
            return json.dumps(
                {"BackupVaultName": name, "BackupVaultArn": vault.backup_vault_arn, **stored[name]}
            )

        def delete(self, _kind=kind):
            _stored(self.backup_backend, _kind).pop(self.path.split("/")[-2], None)
            return "{}"

        operation = path.replace("-configuration", "s").replace("-", "_")
        for method, answer in (("put", put), ("get", get), ("delete", delete)):
            setattr(BackupResponse, f"{method}_backup_vault_{operation}", answer)


def backup_plans_can_be_changed() -> None:
    """There is no UpdateBackupPlan, and a deleted plan is still answered for."""
    get = BackupBackend.get_backup_plan

    def update_backup_plan(self):
        plan = self.backup_backend.get_backup_plan(self.path.rstrip("/").split("/")[-1], None)
        made = Plan(json.loads(self.body)["BackupPlan"], plan.creator_request_id, self.backup_backend)
        plan.backup_plan, plan.version_id = made.backup_plan, made.version_id
        return json.dumps(plan.to_dict())

    def get_existing(self, backup_plan_id, version_id):
        plan = get(self, backup_plan_id, version_id)
        if plan.deletion_date is not None:
            raise ResourceNotFoundException("Failed reading Backup plan with provided version")
        return plan

    BackupResponse.update_backup_plan = update_backup_plan
    BackupBackend.get_backup_plan = get_existing


def backup_selections() -> None:
    """Plans select nothing: CreateBackupSelection and its kin are missing."""

    def create_backup_selection(self):
        plan = self.path.split("/plans/")[1].split("/")[0]
        self.backup_backend.get_backup_plan(plan, None)
        selection = {
            "BackupPlanId": plan,
            "SelectionId": str(mock_random.uuid4()),
            "CreationDate": unix_time(),
            "BackupSelection": json.loads(self.body)["BackupSelection"],
        }
        _stored(self.backup_backend, "selections")[selection["SelectionId"]] = selection
        return json.dumps(selection)

    def get_backup_selection(self):
        selection = self.path.rstrip("/").split("/")[-1]
        stored = _stored(self.backup_backend, "selections")
        if selection not in stored:
            raise ResourceNotFoundException(f"Cannot find Backup selection {selection}")
        return json.dumps(stored[selection])

    def list_backup_selections(self):
        plan = self.path.split("/plans/")[1].split("/")[0]
        found = [
            {"SelectionName": s["BackupSelection"]["SelectionName"], **s}
            for s in _stored(self.backup_backend, "selections").values()
            if s["BackupPlanId"] == plan
        ]
        return json.dumps({"BackupSelectionsList": found})

    def delete_backup_selection(self):
        selection = self.path.rstrip("/").split("/")[-1]
        _stored(self.backup_backend, "selections").pop(selection, None)
        return "{}"

    for method in (
        create_backup_selection,
        get_backup_selection,
        list_backup_selections,
        delete_backup_selection,
    ):
        setattr(BackupResponse, method.__name__, method)


def backup_tags_without_slash() -> None:
    """ListTags expects a slash behind the ARN, which only the SDK for Python sends."""

    def list_tags(self):
        arn = unquote(self.path.split("/tags/", 1)[1].rstrip("/"))
        return json.dumps({"Tags": self.backup_backend.list_tags(resource_arn=arn)})

    BackupResponse.list_tags = list_tags


def backup_vaults_list_what_they_hold() -> None:
    """There is no ListRecoveryPointsByBackupVault: a vault that may be emptied cannot be deleted."""
    urls.url_paths["{0}/backup-vaults/(?P<name>[^/]+)/recovery-points/?$"] = urls.response.dispatch

    def list_recovery_points_by_backup_vault(self):
        self.backup_backend.describe_backup_vault(self.path.rstrip("/").split("/")[-2])
        return json.dumps({"RecoveryPoints": []})

    BackupResponse.list_recovery_points_by_backup_vault = list_recovery_points_by_backup_vault
