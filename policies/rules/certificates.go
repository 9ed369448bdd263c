package rules

import (
	"aws-webapp/internal/awsdata/endoflife"
	"aws-webapp/policies/control"
)

// certificateAuthority returns the control about the authority that signs the certificates by which clients
// recognize a database. A database without a setting gets the account's default, which AWS keeps up to date.
//
// Source: "Using SSL/TLS to encrypt a connection to a DB instance or cluster",
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
func certificateAuthority() *control.Control {
	return &control.Control{
		Name: "rds-certificate-authority", Subject: "RDS", IDs: control.ParseIDs("K211"),
		Title:    "Databases have certificates of an authority that is in force",
		Severity: control.Medium, Levels: mandatory, Types: []string{dbInstanceType, dbClusterMemberType, dbClusterType},
		Risk: "Clients that check the certificate cannot connect any more, or stop checking",
		Fix:  "set caCertIdentifier to rds-ca-rsa2048-g1 or another authority that is in force, or leave it out",
		Link: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html",
		Params: []control.Param{{
			Name: "authorities", Kind: control.Texts, Default: endoflife.Good(endoflife.CACertificate),
			Doc: "Allowed certificate authorities; by default those that were in force when the pack was last reviewed.",
		}},
		Judge: func(c in) control.Result {
			authority := ofCluster(c, "caCertIdentifier", "caCertificateIdentifier")
			return control.Want(authority.IsOrAbsent(c.Params.Texts("authorities")...),
				"the certificate authority of database %s is not in force", c.Name)
		},
	}
}
