package rules

import (
	"maps"
	"slices"
	"strings"

	"aws-webapp/policies/control"
	"aws-webapp/policies/prop"
)

// stores lists the types that hold something that no deployment can bring back, with AWS's own protection of
// each. Databases have a separate control. Stores that are filled again from a source, such as a cache or a
// search index, are not listed.
var stores = map[string]func(in) prop.Truth{
	// AWS refuses to delete a bucket, repository or vault that is not empty, unless the provider empties it
	// first.
	bucketType:        setFalse("forceDestroy"),
	classicBucketType: setFalse("forceDestroy"),
	vaultType:         setFalse("forceDestroy"),
	ecrRepositoryType: setFalse("forceDelete"),

	dbGlobalClusterType: setTrue("deletionProtection"),
	documentsType:       setTrue("deletionProtection"),
	graphDatabaseType:   setTrue("deletionProtection"),
	tableType:           setTrue("deletionProtectionEnabled"),
	userPoolType:        func(c in) prop.Truth { return c.Get("deletionProtection").Is("ACTIVE") },
	// A last snapshot is left.
	warehouseType: setFalse("skipFinalSnapshot"),
	// A secret can be restored for a month, if the program does not shorten that to nothing.
	secretType: func(c in) prop.Truth { return c.Get("recoveryWindowInDays").Is("0").Not() },
	// AWS deletes a file system with its files.
	fileSystemType: func(in) prop.Truth { return prop.No },
}

func setFalse(property string) func(in) prop.Truth {
	return func(c in) prop.Truth { return c.Get(property).IsFalse() }
}

func setTrue(property string) func(in) prop.Truth {
	return func(c in) prop.Truth { return c.Get(property).IsTrue() }
}

// protection returns the controls about what a mistake in the program, or a stack destroyed by mistake,
// could delete.
func protection() []*control.Control {
	const subject = "Protection"
	const link = "https://www.pulumi.com/docs/iac/concepts/resources/options/protect/"
	return []*control.Control{
		{
			Name: "vpc-protected", Subject: subject, IDs: control.ParseIDs("house"),
			Title:    "VPCs and their subnets are protected from deletion (mandatory in prod)",
			Severity: control.Medium, Levels: prodOnly, Scope: control.PerStack,
			Types: []string{vpcType, subnetType}, Present: []string{"aws:ec2/vpc:", "aws:ec2/subnet:"},
			Risk: "A change of an address block replaces the network, and with it everything inside",
			Fix: "set the resource option protect on the VPC and on every subnet; those that a component of another package " +
				"makes are reached by a transform",
			Own:   true,
			Link:  link,
			Judge: judgeNetworkProtection,
		},
		{
			Name: "data-protected", Subject: subject, IDs: control.ParseIDs("house"),
			Title:    "Resources that hold data are protected from deletion (mandatory in prod)",
			Severity: control.High, Levels: prodOnly, Types: slices.Sorted(maps.Keys(stores)), Optional: true,
			Risk: "A destroy, or a change that replaces the resource, takes the data along",
			Fix: "set the resource option protect, or AWS's own protection: leave out forceDestroy, forceDelete, " +
				"skipFinalSnapshot and a recoveryWindowInDays of 0, or set deletionProtection",
			Link: link,
			Judge: func(c in) control.Result {
				kind := c.Type[strings.LastIndex(c.Type, ":")+1:]
				return control.Want(prop.Known(c.Protect).Or(stores[c.Type](c)),
					"%s %s holds data, and nothing stops its deletion", kind, c.Name)
			},
		},
	}
}

// judgeNetworkProtection judges a VPC with its subnets, and subnets of VPCs that are not in the stack.
func judgeNetworkProtection(c in) control.Result {
	if c.Type == subnetType {
		return alone(c, []string{vpcType}, "vpcId", func() control.Result {
			return control.Want(prop.Known(c.Protect), "subnet %s is not protected", c.Name)
		})
	}
	var open []string
	sure := prop.Maybe
	for _, subnet := range c.Graph.Referrers(c.Resource, subnetType, "vpcId") {
		if !subnet.Protect {
			open = append(open, subnet.Name)
			sure = sure.Or(subnet.Sure)
		}
	}
	slices.Sort(open)
	results := []control.Result{control.Want(prop.Known(c.Protect), "VPC %s is not protected", c.Name)}
	if len(open) > 0 {
		results = append(results,
			control.Want(sure.Not(), "subnets of VPC %s are not protected: %s", c.Name, strings.Join(open, ", ")))
	}
	return control.All(results...)
}
