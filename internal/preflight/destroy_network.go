package preflight

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/outcome"
	"aws-webapp/internal/plural"
)

// tagsPerCall is the limit of DescribeTags.
const tagsPerCall = 20

// ownBalancers returns the load balancers with the stack's tags.
func (p *Preflight) ownBalancers(ctx context.Context) ([]string, error) {
	all, err := p.balancers(ctx)
	if err != nil {
		return nil, err
	}
	var own []string
	for batch := range slices.Chunk(all, tagsPerCall) {
		described, err := elb.NewFromConfig(p.AWS).DescribeTags(ctx, &elb.DescribeTagsInput{ResourceArns: batch})
		if err != nil {
			return nil, err
		}
		for _, one := range described.TagDescriptions {
			tags := map[string]string{}
			for _, tag := range one.Tags {
				tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
			}
			if p.own(tags) {
				own = append(own, aws.ToString(one.ResourceArn))
			}
		}
	}
	return own, nil
}

func (p *Preflight) checkBalancerProtection(ctx context.Context) ([]outcome.Finding, error) {
	own, err := p.ownBalancers(ctx)
	if err != nil {
		return nil, err
	}
	findings := []outcome.Finding{{
		Check: "load balancer", Status: outcome.OK, Found: plural.Of(len(own), "load balancer") + " of the stack",
	}}
	for _, arn := range own {
		client := elb.NewFromConfig(p.AWS)
		described, err := client.DescribeLoadBalancerAttributes(ctx, &elb.DescribeLoadBalancerAttributesInput{
			LoadBalancerArn: aws.String(arn),
		})
		if err != nil {
			return findings, err
		}
		for _, attribute := range described.Attributes {
			if aws.ToString(attribute.Key) == "deletion_protection.enabled" && aws.ToString(attribute.Value) == "true" {
				findings = append(findings, outcome.Finding{
					Check: "load balancer", Status: outcome.Blocked,
					Found: balancerName(arn) + " has deletion protection", Needed: "none",
					Fix: p.flip("loadBalancer.deletionProtection", "false"),
				})
			}
		}
	}
	return findings, nil
}

// balancerName returns the name in arn:...:loadbalancer/app/NAME/ID.
func balancerName(arn string) string {
	const place = 2
	if parts := strings.Split(arn, "/"); len(parts) > place {
		return parts[place]
	}
	return arn
}

// checkInterfaces looks for network interfaces that would keep subnets and security groups from
// being deleted. AWS removes those of functions up to 40 minutes later; those created by others
// stay.
func (p *Preflight) checkInterfaces(ctx context.Context) ([]outcome.Finding, error) {
	if len(p.vpcs) == 0 {
		return []outcome.Finding{{Check: "network interfaces", Status: outcome.OK, Found: "the stack has no VPC"}}, nil
	}
	input := &ec2.DescribeNetworkInterfacesInput{
		Filters: []ec2types.Filter{{Name: aws.String("vpc-id"), Values: p.vpcs}},
	}
	interfaces, err := awsapi.All(ctx, ec2.NewDescribeNetworkInterfacesPaginator(ec2.NewFromConfig(p.AWS), input),
		func(page *ec2.DescribeNetworkInterfacesOutput) []ec2types.NetworkInterface {
			return page.NetworkInterfaces
		})
	if err != nil {
		return nil, err
	}
	functions, strangers := 0, []string{}
	for i := range interfaces {
		switch one := &interfaces[i]; {
		case one.InterfaceType == ec2types.NetworkInterfaceTypeLambda:
			functions++
		case !aws.ToBool(one.RequesterManaged) && !ofService(one):
			strangers = append(strangers, describeInterface(one))
		}
	}
	findings := []outcome.Finding{{
		Check: "network interfaces", Status: outcome.OK, Found: "only those of the stack and of AWS's services",
		Needed: "none but the stack's",
	}}
	if len(strangers) > 0 {
		findings[0] = outcome.Finding{
			Check: "network interfaces", Status: outcome.Blocked, Found: strings.Join(strangers,
				", "), Needed: "none but the stack's",
			Fix: "first delete what uses them: AWS deletes no subnet or security group in use",
		}
	}
	if functions > 0 {
		findings = append(findings, outcome.Finding{
			Check: "functions in the VPC", Status: outcome.Warning, Found: plural.Of(functions, "network interface"),
			Fix: "allow time: AWS removes them up to 40 minutes after the functions, and their security group only then",
		})
	}
	return findings, nil
}

// ofService reports whether an AWS service created an interface, going by its description.
func ofService(one *ec2types.NetworkInterface) bool {
	if one.InterfaceType != ec2types.NetworkInterfaceTypeInterface && one.InterfaceType != "" {
		return true
	}
	description := aws.ToString(one.Description)
	for _, prefix := range []string{
		"ELB ", "RDSNetworkInterface", "ES ", "arn:aws", "Interface for NAT Gateway",
		"VPC Endpoint Interface", "AWS Lambda VPC ENI",
	} {
		if strings.HasPrefix(description, prefix) {
			return true
		}
	}
	return false
}

func describeInterface(one *ec2types.NetworkInterface) string {
	text := aws.ToString(one.NetworkInterfaceId)
	if one.Attachment != nil && aws.ToString(one.Attachment.InstanceId) != "" {
		return text + " of instance " + aws.ToString(one.Attachment.InstanceId)
	}
	if description := aws.ToString(one.Description); description != "" {
		return text + " (" + description + ")"
	}
	return text
}
