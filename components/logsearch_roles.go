package components

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// peopleActions allow all requests; the domain's own roles limit what readers may do.
var peopleActions = []string{
	"es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPatch", "es:ESHttpPost", "es:ESHttpPut",
}

// setupActions lists the actions that prepare the domain.
var setupActions = []string{"es:ESHttpGet", "es:ESHttpPost", "es:ESHttpPut"}

func (s *LogSearch) createRoles(ctx *pulumi.Context, name string) (err error) {
	s.shipper.role, err = s.createRole(ctx, name+"-shipper", s.FunctionName, "Ships logs to the search domain.",
		&s.shipper.before,
		policyPart{"run", append(inVPC(s.args.Scope, s.FunctionName), s.shipStatements()...)},
		policyPart{"queue-key", s.queueKeyStatements()},
		policyPart{"last-resort", s.lastResortStatements()},
		policyPart{"settings-key", []statement{ownSettings(s.args.Scope, s.FunctionName, s.args.LogKeyARN)}})
	if err != nil {
		return err
	}
	s.setup.role, err = s.createRole(ctx, name+"-setup", s.SetupFunctionName, "Prepares the search domain, as its master.",
		&s.setup.before,
		policyPart{"run", append(inVPC(s.args.Scope, s.SetupFunctionName), s.setupStatements()...)},
		policyPart{"settings-key", []statement{ownSettings(s.args.Scope, s.SetupFunctionName, s.args.LogKeyARN)}})
	return err
}

// createRole fixes the role's name, because the domain's policy names it before it exists.
func (s *LogSearch) createRole(
	ctx *pulumi.Context, logical, function, description string, before *[]pulumi.Resource, parts ...policyPart,
) (*iam.Role, error) {
	role, err := iam.NewRole(ctx, logical, &iam.RoleArgs{
		Name:             pulumi.String(s.roleName(function)),
		Description:      pulumi.String(description),
		AssumeRolePolicy: assumedBy("lambda.amazonaws.com", nil),
		Tags:             named(s.roleName(function)),
	}, pulumi.Parent(s))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", logical, err)
	}
	policies, err := grant(ctx, s, logical, role, parts...)
	*before = append(*before, policies...)
	return role, err
}

func (s *LogSearch) shipStatements() []statement {
	return []statement{
		{Sid: "WriteDocuments", Effect: "Allow", Action: "es:ESHttpPost", Resource: s.bulkARN()},
		{
			Sid: "KeepAndReplayDeadLetters", Effect: "Allow",
			Action:   []string{"sqs:DeleteMessage", "sqs:ReceiveMessage", "sqs:SendMessage"},
			Resource: s.queueARN(),
		},
	}
}

func (s *LogSearch) queueKeyStatements() []statement {
	return []statement{{
		Sid: "UseQueueKey", Effect: "Allow", Action: []string{"kms:Decrypt", "kms:GenerateDataKey"},
		Resource:  s.args.LogKeyARN,
		Condition: s.args.Scope.viaService("sqs"),
	}}
}

// lastResortStatements are for Lambda itself, which writes with the function's role to a fixed prefix
// (Lambda developer guide, "Capturing records of Lambda asynchronous invocations").
func (s *LogSearch) lastResortStatements() []statement {
	bucket := s.args.Scope.BucketARN(s.args.LastResort.Bucket)
	return []statement{
		{
			Sid: "KeepUndelivered", Effect: "Allow", Action: "s3:PutObject",
			Resource: bucket + "/aws/lambda/async/" + s.FunctionName + "/*",
		},
		{Sid: "FindBucket", Effect: "Allow", Action: "s3:ListBucket", Resource: bucket},
		{
			Sid: "UseBucketKey", Effect: "Allow", Action: "kms:GenerateDataKey", Resource: s.args.LastResort.KeyARN,
			Condition: s.args.Scope.viaService("s3"),
		},
	}
}

func (s *LogSearch) setupStatements() []statement {
	return []statement{{Sid: "PrepareDomain", Effect: "Allow", Action: setupActions, Resource: s.setupARNs()}}
}

// bulkARN returns the only path of the domain that the shipper uses.
func (s *LogSearch) bulkARN() string { return s.DomainARN + "/_bulk" }

// setupARNs returns the paths of the setup function; the last is for the settings of existing
// indices.
func (s *LogSearch) setupARNs() []string {
	return []string{
		s.DomainARN + "/_index_template/*", s.DomainARN + "/_plugins/*", s.DomainARN + "/" + logIndexPrefix + "-*/_settings",
	}
}

// accessPolicy allows exactly the roles that the domain knows, each on its own paths.
func (s *LogSearch) accessPolicy() pulumi.StringOutput {
	statements := []statement{
		s.letUse("Shipper", []string{s.roleARN(s.FunctionName)}, []string{"es:ESHttpPost"}, []string{s.bulkARN()}),
		s.letUse("Setup", []string{s.roleARN(s.SetupFunctionName)}, setupActions, s.setupARNs()),
	}
	if len(s.args.ReaderRoleARNs) > 0 {
		readers := slices.Sorted(slices.Values(s.args.ReaderRoleARNs))
		statements = append(statements, s.letUse("Readers", readers, peopleActions, []string{s.DomainARN + "/*"}))
	}
	if len(s.args.AdministratorRoleARNs) > 0 {
		administrators := slices.Sorted(slices.Values(s.args.AdministratorRoleARNs))
		statements = append(statements,
			s.letUse("Administrators", administrators, peopleActions, []string{s.DomainARN + "/*"}))
	}
	return policyDocument(statements...)
}

func (s *LogSearch) letUse(sid string, roles, actions, resources []string) statement {
	return statement{
		Sid: sid, Effect: "Allow", Principal: map[string]any{"AWS": roles}, Action: actions,
		Resource: resources,
	}
}
