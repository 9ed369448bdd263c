"""RDS, and the secrets that it manages."""

import random
from string import ascii_uppercase

from moto.rds.models import DBInstance, DBParameterGroup
from moto.secretsmanager.models import SecretsManagerBackend


def rds_instances_keep_their_settings() -> None:
    """CreateDBInstance forgets enhanced monitoring, Performance Insights and Extended Support."""

    kept = ("monitoring_", "performance_insights_", "enable_performance_", "engine_lifecycle_")

    def created(self, *args, _init=DBInstance.__init__, **kwargs):
        _init(self, *args, **kwargs)
        for name, value in kwargs.items():
            if name.startswith(kept):
                setattr(self, name, value)

    DBInstance.__init__ = created
    DBInstance.performance_insights_enabled = property(
        lambda self: getattr(self, "enable_performance_insights", False)
    )


def rds_instances_have_ids_of_their_own() -> None:
    """Every instance has the same DbiResourceId, by which Pulumi and webapp database tell them apart."""

    def created(self, *args, _init=DBInstance.__init__, **kwargs):
        _init(self, *args, **kwargs)
        self.dbi_resource_id = "db-" + "".join(random.choices(ascii_uppercase, k=26))

    DBInstance.__init__ = created


def rds_major_versions_get_a_minor() -> None:
    """An instance of PostgreSQL 17 is of version 17; AWS gives it its default minor version.

    Without it nothing shows that a deployment bears to be told another version than it asked for.
    """

    def version(self, value):
        major_alone = self.engine == "postgres" and value and "." not in value
        self._engine_version = f"{value}.6" if major_alone else value

    DBInstance.engine_version = DBInstance.engine_version.setter(version)


def managed_secrets_stop_rotating() -> None:
    """CancelRotateSecret refuses secrets that another service manages.

    It wants to know the function that rotates them; there is none. Deleting a schedule fails.
    """
    cancel = SecretsManagerBackend.cancel_rotate_secret

    def cancel_managed(self, secret_id):
        secret = self.secrets[secret_id] if self._is_valid_identifier(secret_id) else None
        tags = {tag["Key"] for tag in getattr(secret, "tags", None) or []}
        if "aws:secretsmanager:owningService" not in tags:
            return cancel(self, secret_id)
        secret.rotation_enabled = False
        return secret.to_short_dict()

    SecretsManagerBackend.cancel_rotate_secret = cancel_managed


def rds_parameters_of_the_user() -> None:
    """DescribeDBParameters does not say which parameters the user has set.

    The provider looks at those alone.
    """
    update = DBParameterGroup.update_parameters

    def update_as_user(self, new_parameters):
        update(self, [{"Source": "user", **parameter} for parameter in new_parameters])

    DBParameterGroup.update_parameters = update_as_user
