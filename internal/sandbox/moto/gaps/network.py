"""EC2's network and the load balancers in it."""

from moto.ec2.models import EC2Backend
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.elbv2.models import FakeLoadBalancer


def ec2_deleted_endpoints_are_gone() -> None:
    """DescribeVpcEndpoints still answers for an endpoint that was deleted.

    The provider waits ten minutes for it to go away, and fails.
    """
    delete = EC2Backend.delete_vpc_endpoints

    def delete_for_good(self, vpce_ids=None):
        delete(self, vpce_ids)
        for vpce_id in vpce_ids or []:
            self.vpc_end_points.pop(vpce_id, None)

    EC2Backend.delete_vpc_endpoints = delete_for_good


def ec2_rules_between_groups_are_described() -> None:
    """DescribeSecurityGroupRules leaves out the description of a rule about another group."""
    of_addresses = SecurityGroupRule.description

    def description(self):
        described = of_addresses.fget(self)
        return described if described is not None else self.source_group.get("Description")

    SecurityGroupRule.description = property(description)


def elbv2_balancers_face_the_internet() -> None:
    """A load balancer has no scheme where none is asked for; AWS makes it internet-facing."""
    create = FakeLoadBalancer.__init__

    def created(self, *args, **kwargs):
        create(self, *args, **kwargs)
        self.scheme = self.scheme or "internet-facing"

    FakeLoadBalancer.__init__ = created
