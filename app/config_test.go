package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"maps"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stackEnvironment holds the variables that components/task_container.go gives a container.
func stackEnvironment() map[string]string {
	return map[string]string{
		"DATABASE_URL": "postgresql://owner@db.abc.us-east-1.rds.amazonaws.com:5432/visitorbook?sslmode=require",
		"PGUSER":       "owner",
		"PGPASSWORD":   `s3cr3t"/ @`,
	}
}

func TestTheStacksEnvironmentIsUnderstood(t *testing.T) {
	cfg, err := loadConfig(lookupIn(stackEnvironment()))
	require.NoError(t, err)

	conn := cfg.pool.ConnConfig
	assert.Equal(t, "8000", cfg.port)
	assert.Equal(t, "db.abc.us-east-1.rds.amazonaws.com", conn.Host)
	assert.Equal(t, "owner", conn.User)
	assert.Equal(t, "visitorbook", conn.Database)
	assert.Equal(t, `s3cr3t"/ @`, conn.Password)
	assert.NotNil(t, conn.TLSConfig)
	assert.Empty(t, conn.Fallbacks, "nothing falls back to a plain connection")
	assert.Less(t, cfg.drainDelay+cfg.drainTimeout, 30*time.Second, "ECS kills after stopTimeout")
}

func TestVerifyFullChecksTheNameOfTheServer(t *testing.T) {
	env := stackEnvironment()
	env["DATABASE_URL"] = "postgresql://db.example:5432/visitorbook?sslmode=verify-full"
	cfg, err := loadConfig(lookupIn(env))
	require.NoError(t, err)
	assert.Equal(t, "db.example", cfg.pool.ConnConfig.TLSConfig.ServerName)
	assert.False(t, cfg.pool.ConnConfig.TLSConfig.InsecureSkipVerify)
	assert.Equal(t, "owner", cfg.pool.ConnConfig.User, "PGUSER fills in")
}

func TestConfigurationErrorsSayWhatToDo(t *testing.T) {
	for name, tc := range map[string]struct {
		set  map[string]string
		want string
	}{
		"nothing": {
			map[string]string{"DATABASE_URL": "", "PGPASSWORD": ""},
			"DATABASE_URL: found nothing, expected an address such as " +
				"postgresql://USER@HOST:5432/DATABASE?sslmode=verify-full: set it\n" +
				"PGPASSWORD: found nothing, expected the password of the database; on ECS it comes from the secret that RDS " +
				"keeps: set it",
		},
		"another database": {
			map[string]string{"DATABASE_URL": "mysql://a:hunter2@h/d"},
			"DATABASE_URL: found no PostgreSQL address, expected one such as",
		},
		"no address": {
			map[string]string{"DATABASE_URL": "postgres://a:hunter2@h:port/d"},
			"DATABASE_URL: found no PostgreSQL address, expected one such as",
		},
		"a password in the address": {
			map[string]string{"DATABASE_URL": "postgres://a:hunter2@h/d?sslmode=require"},
			"DATABASE_URL: found a password in it: take it out and set PGPASSWORD",
		},
		"a password in the query": {
			map[string]string{"DATABASE_URL": "postgres://a@h/d?sslmode=require&password=hunter2"},
			"DATABASE_URL: found a password in it",
		},
		"no TLS": {
			map[string]string{"DATABASE_URL": "postgres://a@h/d"},
			`DATABASE_URL: found sslmode "", allowed are require and verify-full`,
		},
		"TLS if it pleases the server": {
			map[string]string{"DATABASE_URL": "postgres://a@h/d?sslmode=prefer"},
			`DATABASE_URL: found sslmode "prefer", allowed are require and verify-full`,
		},
		"no database": {
			map[string]string{"DATABASE_URL": "postgres://a@h?sslmode=require"}, "DATABASE_URL: found no database name",
		},
		"no host": {
			map[string]string{"DATABASE_URL": "postgres:///d?sslmode=require"}, "DATABASE_URL: found no host",
		},
		"no user": {
			map[string]string{"DATABASE_URL": "postgres://h/d?sslmode=require", "PGUSER": ""},
			"PGUSER: found nothing, expected the database's user",
		},
		"a port that is none": {
			map[string]string{"PORT": "http"}, `PORT: found "http", allowed is a number from 0 to 65535: leave it out for 8000`,
		},
		"a delay without unit": {
			map[string]string{"DRAIN_DELAY": "5"},
			`DRAIN_DELAY: found "5", allowed is a duration from 0s to 2m0s, such as 5s: leave it out for 5s`,
		},
		"a delay beyond reason": {
			map[string]string{"DRAIN_TIMEOUT": "1h"}, `DRAIN_TIMEOUT: found "1h", allowed is a duration from 0s to 2m0s`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			env := stackEnvironment()
			maps.Copy(env, tc.set)
			_, err := loadConfig(lookupIn(env))
			require.ErrorContains(t, err, tc.want)
			assert.NotContains(t, err.Error(), "hunter2")
		})
	}
}

// foreignAuthority returns the certificate of an authority that signed nothing here.
func foreignAuthority(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true,
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}
