package simaws

import (
	"fmt"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"aws-webapp/internal/sandbox/simaws/catalog"
	"aws-webapp/internal/sandbox/simaws/cloud"
	"aws-webapp/internal/sandbox/simaws/prop"
)

// world shows the cloud to the rules of the catalog.
type world struct{ *cloud.Reader }

// Find implements [catalog.World].
func (w world) Find(token, property, value string) (catalog.Object, bool) {
	record, ok := w.Reader.Find(token, property, value)
	if !ok {
		return catalog.Object{}, false
	}
	return object(record), true
}

// List implements [catalog.World].
func (w world) List(token string) []catalog.Object {
	records := w.Reader.List(token)
	objects := make([]catalog.Object, 0, len(records))
	for _, record := range records {
		objects = append(objects, object(record))
	}
	return objects
}

func object(r *cloud.Record) catalog.Object {
	return catalog.Object{Token: r.Token, ID: r.ID, Region: r.Region, Label: r.Label(), Props: r.Outputs}
}

// judgeCloud refuses a creation or an update that AWS would refuse.
func judgeCloud(r *cloud.Reader, call *catalog.Call, key string) error {
	if err := catalog.JudgeModel(call); err != nil {
		return err
	}
	if err := judgeReferences(call); err != nil {
		return err
	}
	if err := judgeUnique(r, call, key); err != nil {
		return err
	}
	if err := obeys(call, call.Type.Rules); err != nil {
		return err
	}
	if err := obeys(call, call.Type.Pending); err != nil {
		return err
	}
	return catalog.JudgeQuotas(call)
}

func obeys(call *catalog.Call, rules []catalog.Rule) error {
	for _, rule := range rules {
		if err := rule(call); err != nil {
			return err
		}
	}
	return nil
}

// judgeReferences: the resources that the inputs name must exist.
func judgeReferences(call *catalog.Call) error {
	for _, ref := range call.Type.Refs {
		for _, value := range prop.Texts(call.Inputs, ref.Path) {
			if value == cloud.Hidden || exists(call, ref, value) {
				continue
			}
			if ref.Foreign && !call.Deleted(ref.To, value) {
				continue
			}
			refusal := catalog.All()[ref.To].NotFound
			if refusal == "" {
				refusal = "ResourceNotFoundException: " + ref.To + " '{value}' does not exist"
			}
			return catalog.Wording(call.Expand(refusal, map[string]string{"value": value}))
		}
	}
	return nil
}

func exists(call *catalog.Call, ref catalog.Ref, value string) bool {
	for _, property := range names(ref) {
		if _, ok := call.Find(ref.To, property, value); ok {
			return true
		}
	}
	return false
}

// names returns the properties by which a reference may name its target.
func names(ref catalog.Ref) []string {
	if len(ref.By) == 0 {
		return []string{"id"}
	}
	return ref.By
}

// judgeUnique: no two resources of a type may share what must be unique.
func judgeUnique(r *cloud.Reader, call *catalog.Call, key string) error {
	for _, unique := range call.Type.Unique {
		if call.Text(unique.Properties[0]) == "" {
			continue
		}
		for _, other := range r.List(call.Token) {
			self := call.Op != catalog.Create && other.Key == key
			if !self && other.Region == call.Region && shares(call, other, unique.Properties) {
				return catalog.Wording(call.Expand(unique.Error, nil))
			}
		}
	}
	return nil
}

func shares(call *catalog.Call, other *cloud.Record, properties []string) bool {
	return !slices.ContainsFunc(properties, func(property string) bool {
		mine, _ := call.Value(property)
		theirs := other.Outputs[resource.PropertyKey(property)]
		return !prop.Reveal(mine).DeepEquals(theirs)
	})
}

// judgeDeletion refuses a deletion that AWS would refuse.
func judgeDeletion(r *cloud.Reader, call *catalog.Call, record *cloud.Record) error {
	for property, refusal := range call.Type.Protect {
		if prop.True(record.Outputs, property) {
			return catalog.Wording(call.Expand(refusal, nil))
		}
	}
	for _, holder := range catalog.Holders(record.Token) {
		for _, user := range r.List(holder.Token) {
			if user == record || record.Owns(user) || !refersTo(user, holder.Ref, record) || selfRule(user, record) {
				continue
			}
			err := catalog.Wording(call.Expand(call.Type.InUse, map[string]string{"user": user.ID}))
			return fmt.Errorf("%w (it is still used by %s)", err, user.Label())
		}
	}
	for _, guard := range call.Type.Guards {
		if err := guard(call); err != nil {
			return err
		}
	}
	return nil
}

func refersTo(user *cloud.Record, ref catalog.Ref, record *cloud.Record) bool {
	named := prop.Texts(user.Outputs, ref.Path)
	return slices.ContainsFunc(names(ref), func(property string) bool {
		name := record.ID
		if property != "id" {
			name = prop.Text(record.Outputs, property)
		}
		return slices.Contains(named, name)
	})
}

// selfRule: a security group's rule about itself does not prevent its deletion.
func selfRule(user, record *cloud.Record) bool {
	return prop.Text(user.Outputs, "securityGroupId") == record.ID
}
