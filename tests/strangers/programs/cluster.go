package programs

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/eks"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Cluster is EKS with a node group and addons in the account's default VPC.
func Cluster(ctx *pulumi.Context) error {
	usual := true
	vpc, err := ec2.LookupVpc(ctx, &ec2.LookupVpcArgs{Default: &usual})
	if err != nil {
		return err
	}
	subnets, err := ec2.GetSubnets(ctx, &ec2.GetSubnetsArgs{
		Filters: []ec2.GetSubnetsFilter{{Name: "vpc-id", Values: []string{vpc.Id}}},
	})
	if err != nil {
		return err
	}
	group, err := ec2.NewSecurityGroup(ctx, "cluster-sg", &ec2.SecurityGroupArgs{
		VpcId: pulumi.String(vpc.Id),
		Egress: ec2.SecurityGroupEgressArray{ec2.SecurityGroupEgressArgs{
			Protocol: pulumi.String("-1"), FromPort: pulumi.Int(0), ToPort: pulumi.Int(0),
			CidrBlocks: pulumi.StringArray{pulumi.String("0.0.0.0/0")},
		}},
		Ingress: ec2.SecurityGroupIngressArray{ec2.SecurityGroupIngressArgs{
			Protocol: pulumi.String("tcp"), FromPort: pulumi.Int(443), ToPort: pulumi.Int(443),
			CidrBlocks: pulumi.StringArray{pulumi.String("0.0.0.0/0")},
		}},
	})
	if err != nil {
		return err
	}
	control, nodes, err := clusterRoles(ctx)
	if err != nil {
		return err
	}
	cluster, err := eks.NewCluster(ctx, "eks", &eks.ClusterArgs{
		RoleArn: control.Arn,
		VpcConfig: eks.ClusterVpcConfigArgs{
			SubnetIds: pulumi.ToStringArray(subnets.Ids), SecurityGroupIds: pulumi.StringArray{group.ID()},
			PublicAccessCidrs: pulumi.StringArray{pulumi.String("0.0.0.0/0")},
		},
	})
	if err != nil {
		return err
	}
	return clusterParts(ctx, cluster, nodes, pulumi.ToStringArray(subnets.Ids))
}

// ClusterCareful is [Cluster] with a private endpoint, its log and encrypted secrets, in a VPC of
// another stack.
func ClusterCareful(ctx *pulumi.Context) error {
	network, err := pulumi.NewStackReference(ctx, "acme/network/prod", nil)
	if err != nil {
		return err
	}
	subnets := network.GetOutput(pulumi.String("privateSubnetIds")).ApplyT(func(ids any) []string {
		var found []string
		if listed, ok := ids.([]any); ok {
			for _, id := range listed {
				found = append(found, fmt.Sprint(id))
			}
		}
		return found
	}).(pulumi.StringArrayOutput)
	key, err := kms.NewKey(ctx, "secrets", &kms.KeyArgs{EnableKeyRotation: pulumi.Bool(true)})
	if err != nil {
		return err
	}
	control, nodes, err := clusterRoles(ctx)
	if err != nil {
		return err
	}
	cluster, err := eks.NewCluster(ctx, "eks", &eks.ClusterArgs{
		RoleArn: control.Arn, EnabledClusterLogTypes: pulumi.ToStringArray([]string{"api", "audit", "authenticator"}),
		VpcConfig: eks.ClusterVpcConfigArgs{
			SubnetIds: subnets, EndpointPrivateAccess: pulumi.Bool(true), EndpointPublicAccess: pulumi.Bool(false),
		},
		EncryptionConfig: eks.ClusterEncryptionConfigArgs{
			Provider:  eks.ClusterEncryptionConfigProviderArgs{KeyArn: key.Arn},
			Resources: pulumi.ToStringArray([]string{"secrets"}),
		},
		AccessConfig: eks.ClusterAccessConfigArgs{AuthenticationMode: pulumi.String("API")},
	})
	if err != nil {
		return err
	}
	return clusterParts(ctx, cluster, nodes, subnets)
}

// clusterRoles creates the roles of the control plane and of the nodes, as in the EKS guide.
func clusterRoles(ctx *pulumi.Context) (control, nodes *iam.Role, err error) {
	if control, err = serviceRole(ctx, "eks-role", "eks.amazonaws.com"); err != nil {
		return nil, nil, err
	}
	if nodes, err = serviceRole(ctx, "node-role", "ec2.amazonaws.com"); err != nil {
		return nil, nil, err
	}
	for name, role := range map[string]*iam.Role{
		"AmazonEKSClusterPolicy": control, "AmazonEKSWorkerNodePolicy": nodes, "AmazonEKS_CNI_Policy": nodes,
		"AmazonEC2ContainerRegistryReadOnly": nodes,
	} {
		if _, err = iam.NewRolePolicyAttachment(ctx, name, &iam.RolePolicyAttachmentArgs{
			Role: role.Name, PolicyArn: pulumi.String("arn:aws:iam::aws:policy/" + name),
		}); err != nil {
			return nil, nil, err
		}
	}
	return control, nodes, nil
}

// clusterParts creates the nodes, the addons, and the role of a pod that uses the cluster's
// OIDC provider.
func clusterParts(ctx *pulumi.Context, cluster *eks.Cluster, nodes *iam.Role, subnets pulumi.StringArrayInput) error {
	if _, err := eks.NewNodeGroup(ctx, "nodes", &eks.NodeGroupArgs{
		ClusterName: cluster.Name, NodeRoleArn: nodes.Arn, SubnetIds: subnets,
		InstanceTypes: pulumi.ToStringArray([]string{"t3.large"}),
		ScalingConfig: eks.NodeGroupScalingConfigArgs{
			MinSize: pulumi.Int(2), MaxSize: pulumi.Int(5), DesiredSize: pulumi.Int(2),
		},
	}); err != nil {
		return err
	}
	for _, name := range []string{"vpc-cni", "coredns", "kube-proxy", "eks-pod-identity-agent"} {
		if _, err := eks.NewAddon(ctx, name, &eks.AddonArgs{
			ClusterName: cluster.Name, AddonName: pulumi.String(name), ResolveConflictsOnCreate: pulumi.String("OVERWRITE"),
		}); err != nil {
			return err
		}
	}
	issuer := cluster.Identities.Index(pulumi.Int(0)).Oidcs().Index(pulumi.Int(0)).Issuer().Elem()
	oidc, err := iam.NewOpenIdConnectProvider(ctx, "oidc", &iam.OpenIdConnectProviderArgs{
		Url: issuer, ClientIdLists: pulumi.ToStringArray([]string{"sts.amazonaws.com"}),
	})
	if err != nil {
		return err
	}
	role, err := iam.NewRole(ctx, "dns-role", &iam.RoleArgs{
		AssumeRolePolicy: pulumi.All(oidc.Arn, oidc.Url).ApplyT(func(of []any) string {
			of[1] = strings.TrimPrefix(fmt.Sprint(of[1]), "https://")
			return fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
  "Principal": {"Federated": "%[1]s"}, "Action": "sts:AssumeRoleWithWebIdentity",
  "Condition": {"StringEquals": {"%[2]s:sub": "system:serviceaccount:kube-system:external-dns",
                                 "%[2]s:aud": "sts.amazonaws.com"}}}]}`,
				of...)
		}).(pulumi.StringOutput),
	})
	if err != nil {
		return err
	}
	_, err = iam.NewRolePolicy(ctx, "dns", &iam.RolePolicyArgs{
		Role: role.ID(),
		Policy: pulumi.String(`{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Action": "route53:ChangeResourceRecordSets",
   "Resource": "arn:aws:route53:::hostedzone/Z0123456789ABC"},
  {"Effect": "Allow", "Action": ["route53:ListHostedZones", "route53:ListResourceRecordSets"], "Resource": "*"}]}`),
	})
	return err
}
