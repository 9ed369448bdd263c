"""Lambda."""

from moto.awslambda.models import LambdaFunction
from moto.core.config import default_user_config
from moto.ec2.models import ec2_backends


def lambda_invocations_without_docker() -> None:
    """Invoke runs the function in Docker, and fails where there is none.

    What it would talk to, such as a search domain, is not there either: it answers with what
    it was sent.
    """
    default_user_config["lambda"] = {"use_docker": False}


def lambda_functions_keep_their_settings() -> None:
    """CreateFunction and UpdateFunctionConfiguration forget dead-letter queue, key and log group."""
    settings = ("DeadLetterConfig", "KMSKeyArn", "LoggingConfig")
    create, update = LambdaFunction.__init__, LambdaFunction.update_configuration
    describe = LambdaFunction.get_configuration

    def remember(self, spec):
        kept = vars(self).setdefault("sandbox_settings", {})
        kept.update((name, spec[name]) for name in settings if spec.get(name))

    def created(self, account_id, spec, *args, **kwargs):
        create(self, account_id, spec, *args, **kwargs)
        remember(self, spec)

    def updated(self, config_updates):
        remember(self, config_updates)
        return update(self, config_updates)

    def described(self, on_create=False):
        return {**describe(self, on_create), **getattr(self, "sandbox_settings", {})}

    LambdaFunction.__init__ = created
    LambdaFunction.update_configuration = updated
    LambdaFunction.get_configuration = described


def lambda_functions_are_in_the_network_of_their_subnets() -> None:
    """Each function in a network is in vpc-123abc, and forgets its subnets with other groups.

    Deleting one fails: the provider looks for the default security group of its network, and
    sends that alone.
    """
    describe, update = LambdaFunction.vpc_config, LambdaFunction.update_configuration

    def updated(self, config_updates):
        if "VpcConfig" in config_updates:
            network = {**(self._vpc_config or {}), **config_updates["VpcConfig"]}
            config_updates = {**config_updates, "VpcConfig": network}
        return update(self, config_updates)

    def in_its_network(self):
        config = describe.fget(self)
        if config and config.get("SubnetIds"):
            network = ec2_backends[self.account_id][self.region]
            config["VpcId"] = network.get_subnet(config["SubnetIds"][0]).vpc_id
        return config

    LambdaFunction.vpc_config = property(in_its_network)
    LambdaFunction.update_configuration = updated
