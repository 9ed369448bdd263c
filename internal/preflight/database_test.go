package preflight

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/config"
	"aws-webapp/internal/outcome"
)

// TestTheDatabaseThatIsThere: findings about changes of an existing database before the update
// makes them.
func TestTheDatabaseThatIsThere(t *testing.T) {
	for name, test := range map[string]struct {
		running string
		config  func(*config.Config)
		want    []row
	}{
		"on a minor version of its major": {"17.9", func(*config.Config) {}, nil},
		"to be raised": {"17.7", func(c *config.Config) { c.Database.EngineVersion = "17.9" }, []row{
			{"database version", outcome.Warning, "runs 17.7", "17.9", "the update upgrades and restarts it"},
		}},
		"beyond what is wanted": {"17.10", func(c *config.Config) { c.Database.EngineVersion = "17.9" }, []row{{
			"database version", outcome.Warning, "runs 17.10", "17.9",
			"the update does not change it: RDS cannot go back; set database.engineVersion to 17.10",
		}}},
		"a major version behind": {"16.13", func(*config.Config) {}, []row{{
			"database.engineVersion", outcome.Blocked, `"17", and an instance that runs 16.13`,
			`"16" while allowMajorVersionUpgrade is false`,
			`set "16" to stay, or follow "Upgrading PostgreSQL" in docs/operations.md`,
		}}},
		"of another owner": {"17.9", func(c *config.Config) { c.Database.Username = "guests_owner" }, []row{{
			"database.username", outcome.Blocked, `"guests_owner", and an instance that was made with "visitorbook_owner"`,
			`"visitorbook_owner": AWS would replace the instance, and its data would be gone`,
			`set "visitorbook_owner"; make further databases and users with SQL; to give the data up, set ` +
				`database.allowReplacement to true`,
		}}},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAccount()
			a.deployed()
			flight := a.flight(t, test.config)
			a.instance = &rdstypes.DBInstance{
				DBInstanceIdentifier: aws.String("prod-database"), EngineVersion: aws.String(test.running),
				DBName: aws.String("visitorbook"), MasterUsername: aws.String("visitorbook_owner"),
			}
			report, err := flight.Up(t.Context())
			require.NoError(t, err)
			assert.Equal(t, test.want, notOK(report))
		})
	}
}
