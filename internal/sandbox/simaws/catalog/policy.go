package catalog

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/awsdata/deliveries"
	"aws-webapp/internal/awsdata/resourcetypes"
	"aws-webapp/internal/sandbox/simaws/prop"
	"aws-webapp/policies/iamdoc"
	policyprop "aws-webapp/policies/prop"
)

// readPolicy reads a policy document; a malformed one, which the JSON check of its type
// refuses, has no statements.
func readPolicy(document string) iamdoc.Document {
	doc, _ := iamdoc.Read(policyprop.New("policy", resource.NewStringProperty(document)))
	return doc
}

// principalsExist: a resource policy is malformed if it names a role of this account that does
// not exist (yet). Service-linked roles are assumed to exist.
func principalsExist(path, refusal string) Rule {
	return func(c *Call) error {
		own := "arn:" + c.Partition + ":iam::" + c.Account + ":role/"
		for _, document := range prop.Texts(c.Inputs, path) {
			for _, s := range readPolicy(document).Statements {
				for _, p := range s.Principals {
					if p.Kind != "aws" || !strings.HasPrefix(p.ID, own) || strings.HasPrefix(p.ID, own+"aws-service-role/") {
						continue
					}
					if _, ok := c.Find(resourcetypes.Role, "arn", p.ID); !ok {
						return Wording(strings.ReplaceAll(refusal, "{principal}", p.ID))
					}
				}
			}
		}
		return nil
	}
}

// held is a policy with the resource that it is about.
type held struct {
	// by names the holder of the policy, for messages.
	by string
	// resource is the ARN of the resource that the call is on, target of the one that it serves: a
	// key is used to reach a topic. Mostly they are the same.
	resource, target string
	iamdoc.Document
}

// holding joins documents, as AWS does if several apply to one resource or role.
func holding(by, resource string, documents ...string) held {
	h := held{by: by, resource: resource, target: resource}
	for _, document := range documents {
		h.Statements = append(h.Statements, readPolicy(document).Statements...)
	}
	return h
}

// on returns the same policy about a part of the resource, such as an object of a bucket.
func (h held) on(part string) held {
	h.resource += part
	return h
}

// about returns the same policy, for reaching a target.
func (h held) about(target string) held {
	h.target = target
	return h
}

// bucketPolicy returns the policy of a bucket; empty if it has none.
func (c *Call) bucketPolicy(bucket string) held {
	policy, _ := c.Find(resourcetypes.BucketPolicy, "bucket", bucket)
	return holding("the policy of bucket "+bucket, "arn:"+c.Partition+":s3:::"+bucket, prop.Text(policy.Props, "policy"))
}

// keyPolicy returns the policy of a key that is named by id or ARN. A key from outside of the
// stack is not found.
func (c *Call) keyPolicy(name string) (held, bool) {
	for _, property := range keyNames {
		key, ok := c.Find(resourcetypes.KMSKey, property, name)
		if !ok {
			continue
		}
		arn, document := prop.Text(key.Props, "arn"), prop.Text(key.Props, "policy")
		return holding("the policy of key "+key.Label, arn, document), true
	}
	return held{}, false
}

// topicPolicy and queuePolicy return the policies of a topic and of a queue, which may be
// separate resources.
func (c *Call) topicPolicy(topic Object) held {
	return c.attachedPolicy("topic", topic, resourcetypes.TopicPolicy, "arn")
}

func (c *Call) queuePolicy(queue Object) held {
	return c.attachedPolicy("queue", queue, resourcetypes.QueuePolicy, "queueUrl")
}

func (c *Call) attachedPolicy(kind string, of Object, token, property string) held {
	document := prop.Text(of.Props, "policy")
	if own, ok := c.Find(token, property, of.ID); ok {
		document = prop.Text(own.Props, "policy")
	}
	return holding("the policy of "+kind+" "+prop.Text(of.Props, "name"), prop.Text(of.Props, "arn"), document)
}

// logPolicies returns the resource policies of CloudWatch Logs, which apply to the whole
// region.
func (c *Call) logPolicies(logGroupARN string) held {
	var documents []string
	for _, policy := range c.List(resourcetypes.LogResourcePolicy) {
		documents = append(documents, prop.Text(policy.Props, "policyDocument"))
	}
	return holding("the resource policies of CloudWatch Logs", strings.TrimSuffix(logGroupARN, ":*"), documents...)
}

// functionPolicy returns the policy made of a function's permissions.
func (c *Call) functionPolicy(function Object) held {
	h := holding("the permissions of function "+prop.Text(function.Props, "name"), prop.Text(function.Props, "arn"))
	for _, permission := range c.List(resourcetypes.FunctionPermission) {
		if of := prop.Text(permission.Props, "function"); of == function.ID || of == h.resource {
			h.Statements = append(h.Statements, permissionStatement(permission, h.resource))
		}
	}
	return h
}

// permissionStatement returns the statement that Lambda makes of a permission.
func permissionStatement(permission Object, function string) iamdoc.Statement {
	caller := iamdoc.Principal{Kind: "aws", ID: prop.Text(permission.Props, "principal")}
	if strings.HasSuffix(caller.ID, ".amazonaws.com") {
		caller.Kind = "service"
	}
	s := iamdoc.Statement{
		Label:      "permission " + permission.Label,
		Actions:    []string{strings.ToLower(prop.Text(permission.Props, "action"))},
		Resources:  []string{function},
		Principals: []iamdoc.Principal{caller},
	}
	for _, when := range []struct{ property, operator, key string }{
		{"sourceArn", "arnlike", deliveries.SourceARN}, {"sourceAccount", "stringequals", deliveries.SourceAccount},
	} {
		if value := prop.Text(permission.Props, when.property); value != "" {
			s.Conditions = append(s.Conditions, iamdoc.Condition{
				Operator: when.operator, Key: strings.ToLower(when.key), Written: when.key, Values: []string{value},
			})
		}
	}
	return s
}

// rolePolicies returns the policies that the stack gave a role. AWS's managed policies are not
// known here.
func (c *Call) rolePolicies(role Object, resource string) held {
	name := prop.Text(role.Props, "name")
	var documents []string
	for _, policy := range c.List(resourcetypes.RolePolicy) {
		if prop.Text(policy.Props, "role") == name {
			documents = append(documents, prop.Text(policy.Props, "policy"))
		}
	}
	for _, attached := range c.List(resourcetypes.RolePolicyAttachment) {
		policy, ours := c.Find(resourcetypes.ManagedPolicy, "arn", prop.Text(attached.Props, "policyArn"))
		if ours && prop.Text(attached.Props, "role") == name {
			documents = append(documents, prop.Text(policy.Props, "policy"))
		}
	}
	return holding("the policies of role "+name, resource, documents...)
}
