package components

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/servicediscovery"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const namespaceType = "aws-webapp:service:Namespace"

// NamespaceArgs describe a [Namespace].
type NamespaceArgs struct {
	// Scope of the stack.
	Scope Scope
}

// Namespace holds the names by which internal services are reached: ECS Service Connect keeps them in an HTTP namespace
// of Cloud Map, which needs no DNS. Who is in it finds all of its names; security groups decide who gets through.
type Namespace struct {
	pulumi.ResourceState

	// Name of the namespace, and its ARN.
	Name string
	ARN  pulumi.StringOutput

	args NamespaceArgs
}

// NewNamespace makes a [Namespace].
func NewNamespace(
	ctx *pulumi.Context, name string, args *NamespaceArgs, opts ...pulumi.ResourceOption,
) (*Namespace, error) {
	n := &Namespace{args: given(args)}
	n.Name = n.args.Scope.Name(NameNamespace, name)
	return construct(ctx, name, n, opts, construction{
		kind: "namespace", token: namespaceType, wrong: check(n.args),
		steps: []step{{"create namespace", n.createNamespace}},
		outputs: func() pulumi.Map {
			return pulumi.Map{"name": pulumi.String(n.Name), "arn": n.ARN}
		},
	})
}

// createNamespace gives it no description: AWS would replace the namespace for another one, and with it every name.
func (n *Namespace) createNamespace(ctx *pulumi.Context, name string) error {
	namespace, err := servicediscovery.NewHttpNamespace(ctx, name, &servicediscovery.HttpNamespaceArgs{
		Name: pulumi.String(n.Name),
		Tags: named(n.Name),
	}, pulumi.Parent(n))
	if err != nil {
		return err
	}
	n.ARN = namespace.Arn
	return nil
}
