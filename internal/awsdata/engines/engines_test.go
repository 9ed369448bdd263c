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
