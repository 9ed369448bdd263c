package engines_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"aws-webapp/internal/awsdata/engines"
)

func TestTLSByDefault(t *testing.T) {
	for group, want := range map[string]bool{
		"postgres14": false, "postgres15": true, "default.postgres14": false, "default.postgres17": true,
		"aurora-postgresql16": false, "aurora-postgresql17": true, "mysql8.0": false, "mysql8.4": false, "mysql9.7": true,
		"mariadb11.4": false, "mariadb11.8": true, "aurora-mysql8.0": false, "oracle-ee-19": false, "postgres": false,
		"": false,
	} {
		engine, version := engines.OfFamily(group)
		assert.Equal(t, want, engines.TLSByDefault(engine, version), group)
	}
	assert.True(t, engines.TLSByDefault("postgres", "16.10"))
	assert.False(t, engines.TLSByDefault("postgres", "9.6.24"))
}

func TestDefaultGroups(t *testing.T) {
	assert.True(t, engines.IsDefaultGroup("default.postgres16"))
	assert.False(t, engines.IsDefaultGroup("my-default.postgres16"))
	engine, version := engines.OfFamily("default.aurora-mysql8.0")
	assert.Equal(t, []string{"aurora-mysql", "8.0"}, []string{engine, version})
}

func TestFamilies(t *testing.T) {
	for engine, port := range map[string]int{
		"postgres": 5432, "aurora-postgresql": 5432, "mysql": 3306, "aurora-mysql": 3306, "mariadb": 3306,
		"oracle-se2-cdb": 1521, "custom-oracle-ee": 1521, "sqlserver-ex": 1433,
		"custom-sqlserver-se": 1433, "db2-se": 50000, "mysql8.4": 3306,
	} {
		family, known := engines.FamilyOf(engine)
		assert.True(t, known, engine)
		assert.Equal(t, port, family.Port, engine)
	}
	for _, engine := range []string{"", "neptune", "docdb"} {
		_, known := engines.FamilyOf(engine)
		assert.False(t, known, engine)
	}
}
