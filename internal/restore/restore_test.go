package restore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/awsdata/authorization"
	"aws-webapp/internal/clock"
	"aws-webapp/internal/restore"
)

const (
	identifier = "aws-webapp-prod-database"
	restored   = identifier + "-restored"
	oldID      = "db-OLDOLDOLDOLD"
	key        = "arn:aws:kms:us-east-1:222222222222:key/data"
	secretKey  = "arn:aws:kms:us-east-1:222222222222:key/secrets"
	subnets    = "aws-webapp-prod-0a1b"
)

// account has the instances of RDS, by id. Whatever changes one takes a minute.
type account struct {
	*awsfake.Cloud
	instances map[string]*types.DBInstance
	ready     map[string]time.Time
	snapshots []string
	// status of copies, unless they are available when they are ready.
	status        string
	made, hiccups int
}

func newAccount() *account {
	a := &account{Cloud: awsfake.New(), instances: map[string]*types.DBInstance{}, ready: map[string]time.Time{}}
	a.instances[oldID] = &types.DBInstance{
		DBInstanceIdentifier: aws.String(identifier), DbiResourceId: aws.String(oldID),
		DBInstanceClass:   aws.String("db.m7g.large"),
		DBSubnetGroup:     &types.DBSubnetGroup{DBSubnetGroupName: aws.String(subnets)},
		VpcSecurityGroups: []types.VpcSecurityGroupMembership{{VpcSecurityGroupId: aws.String("sg-1")}},
		DBParameterGroups: []types.DBParameterGroupStatus{{DBParameterGroupName: aws.String("aws-webapp-prod-17")}},
		MultiAZ:           aws.Bool(true), DeletionProtection: aws.Bool(true), BackupRetentionPeriod: aws.Int32(14),
		StorageType: aws.String("gp3"), KmsKeyId: aws.String(key), CACertificateIdentifier: aws.String("rds-ca-rsa2048-g1"),
		IAMDatabaseAuthenticationEnabled: aws.Bool(true), AutoMinorVersionUpgrade: aws.Bool(true),
		EnabledCloudwatchLogsExports: []string{"postgresql", "upgrade"},
		LatestRestorableTime:         aws.Time(time.Now().Add(-5 * time.Minute)),
		MasterUserSecret: &types.MasterUserSecret{
			SecretArn: aws.String("arn:old"), KmsKeyId: aws.String(secretKey),
		},
		MaxAllocatedStorage: aws.Int32(200), CopyTagsToSnapshot: aws.Bool(true), PubliclyAccessible: aws.Bool(false),
		EngineLifecycleSupport: aws.String("open-source-rds-extended-support-disabled"),
		TagList:                []types.Tag{{Key: aws.String("Owner"), Value: aws.String("team")}},
	}
	a.answers()
	return a
}

func (a *account) seen(one *types.DBInstance) types.DBInstance {
	seen := *one
	seen.DBInstanceStatus = aws.String("available")
	if time.Now().Before(a.ready[*one.DbiResourceId]) {
		seen.DBInstanceStatus = aws.String("modifying")
	} else if a.status != "" && *one.DbiResourceId != oldID {
		seen.DBInstanceStatus = aws.String(a.status)
	}
	return seen
}

func (a *account) byName(name string) *types.DBInstance {
	for _, one := range a.instances {
		if *one.DBInstanceIdentifier == name {
			return one
		}
	}
	return nil
}

func (a *account) copyOf(name string, like types.DBInstance) error {
	if a.byName(name) != nil {
		return awsfake.Failure(http.StatusBadRequest, "DBInstanceAlreadyExists", name)
	}
	a.made++
	id := fmt.Sprintf("db-COPYCOPY%d", a.made)
	like.DbiResourceId, like.DBInstanceIdentifier, like.KmsKeyId = aws.String(id), aws.String(name), aws.String(key)
	like.Endpoint = &types.Endpoint{Address: aws.String(name + ".example")}
	a.instances[id], a.ready[id] = &like, time.Now().Add(time.Minute)
	return nil
}

func (a *account) answers() {
	awsfake.Answer(a.Cloud, func(in *rds.DescribeDBInstancesInput) (*rds.DescribeDBInstancesOutput, error) {
		if a.made > 0 && a.hiccups > 0 {
			a.hiccups--
			return nil, awsfake.Failure(http.StatusServiceUnavailable, "ServiceUnavailable", "a hiccup")
		}
		out := &rds.DescribeDBInstancesOutput{}
		for id, one := range a.instances {
			if in.DBInstanceIdentifier != nil && *one.DBInstanceIdentifier != *in.DBInstanceIdentifier ||
				len(in.Filters) > 0 && in.Filters[0].Values[0] != id {
				continue
			}
			out.DBInstances = append(out.DBInstances, a.seen(one))
		}
		if in.DBInstanceIdentifier != nil && len(out.DBInstances) == 0 {
			return nil, awsfake.Failure(http.StatusNotFound, "DBInstanceNotFound", "no such instance")
		}
		return out, nil
	})
	awsfake.Answer(a.Cloud, func(in *rds.DescribeDBSnapshotsInput) (*rds.DescribeDBSnapshotsOutput, error) {
		for _, name := range a.snapshots {
			if name == *in.DBSnapshotIdentifier {
				return &rds.DescribeDBSnapshotsOutput{DBSnapshots: []types.DBSnapshot{{Status: aws.String("available")}}}, nil
			}
		}
		return nil, awsfake.Failure(http.StatusNotFound, "DBSnapshotNotFound", "no such snapshot")
	})
	awsfake.Answer(a.Cloud, func(
		in *rds.RestoreDBInstanceToPointInTimeInput,
	) (*rds.RestoreDBInstanceToPointInTimeOutput, error) {
		return &rds.RestoreDBInstanceToPointInTimeOutput{}, a.copyOf(*in.TargetDBInstanceIdentifier, types.DBInstance{
			DBSubnetGroup: &types.DBSubnetGroup{DBSubnetGroupName: in.DBSubnetGroupName}, TagList: in.Tags,
		})
	})
	awsfake.Answer(a.Cloud, func(
		in *rds.RestoreDBInstanceFromDBSnapshotInput,
	) (*rds.RestoreDBInstanceFromDBSnapshotOutput, error) {
		return &rds.RestoreDBInstanceFromDBSnapshotOutput{}, a.copyOf(*in.DBInstanceIdentifier, types.DBInstance{
			DBSubnetGroup: &types.DBSubnetGroup{DBSubnetGroupName: in.DBSubnetGroupName}, TagList: in.Tags,
		})
	})
	awsfake.Answer(a.Cloud, func(in *rds.ModifyDBInstanceInput) (*rds.ModifyDBInstanceOutput, error) {
		one := a.byName(*in.DBInstanceIdentifier)
		if one == nil || time.Now().Before(a.ready[*one.DbiResourceId]) {
			return nil, awsfake.Failure(http.StatusBadRequest, "InvalidDBInstanceState", "not available")
		}
		if !aws.ToBool(in.ApplyImmediately) {
			return &rds.ModifyDBInstanceOutput{}, nil // it waits for the maintenance window
		}
		if in.NewDBInstanceIdentifier != nil {
			if a.byName(*in.NewDBInstanceIdentifier) != nil {
				return nil, awsfake.Failure(http.StatusBadRequest, "DBInstanceAlreadyExists", "taken")
			}
			one.DBInstanceIdentifier = in.NewDBInstanceIdentifier
		}
		if aws.ToBool(in.ManageMasterUserPassword) {
			one.MasterUserSecret = &types.MasterUserSecret{
				SecretArn: aws.String("arn:new"), KmsKeyId: in.MasterUserSecretKmsKeyId,
			}
		}
		a.ready[*one.DbiResourceId] = time.Now().Add(time.Minute)
		return &rds.ModifyDBInstanceOutput{}, nil
	})
}

func (a *account) procedure(out *bytes.Buffer) *restore.Procedure {
	return &restore.Procedure{
		RDS:   rds.NewFromConfig(awsapi.ChangeOnly(a.WriteConfig("us-east-1"), restore.Changes...)),
		Clock: clock.System{}, Progress: out, Timeout: time.Hour,
	}
}

func (a *account) changes() (names []string) {
	for _, call := range a.Calls() {
		if !awsapi.Reads(call.Operation) {
			names = append(names, call.Operation)
		}
	}
	return names
}

const exported = `{"version": 3, "deployment": {"resources": [
	{"urn": "urn:pulumi:prod::p::aws:kms/key:Key::data", "type": "aws:kms/key:Key", "id": "data"},
	{"urn": "urn:db", "type": "aws:rds/instance:Instance", "id": "db-OLDOLDOLDOLD", "outputs": {
		"arn": "arn:aws:rds:us-east-1:222222222222:db:aws-webapp-prod-database",
		"identifier": "aws-webapp-prod-database", "resourceId": "db-OLDOLDOLDOLD"}}]}}`

func state(t *testing.T, text string) *restore.State {
	t.Helper()
	s, err := restore.ReadState([]byte(text))
	require.NoError(t, err)
	return s
}

// engine is Pulumi with one state.
type engine struct {
	text      string
	refreshed []string
	fails     error
}

func (e *engine) Import(_ context.Context, text []byte) error {
	if e.fails != nil {
		return e.fails
	}
	e.text = string(text)
	return nil
}

func (e *engine) Refresh(_ context.Context, urn string) error {
	e.refreshed = append(e.refreshed, urn)
	return nil
}

// In the network and with the keys of the old one, or the stack would replace it, and under its parameters.
func TestACopyIsAsTheInstanceIs(t *testing.T) {
	const ofBackups = "RestoreDBInstanceToPointInTime"
	for _, test := range []struct {
		from        restore.Source
		want, names string
	}{
		{restore.Source{At: time.Now().Add(-time.Hour)}, ofBackups, `"RestoreTime":"1999-12-31T23:00:00Z"`},
		{restore.Source{Latest: true}, ofBackups, `"UseLatestRestorableTime":true`},
		{
			restore.Source{Snapshot: "arn:aws:rds:us-east-1:222222222222:snapshot:awsbackup:job-1"},
			"RestoreDBInstanceFromDBSnapshot", `"DBSnapshotIdentifier":"awsbackup:job-1"`,
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			if !test.from.At.IsZero() {
				test.from.At = time.Now().Add(-time.Hour)
			}
			a := newAccount()
			a.snapshots = []string{"awsbackup:job-1"}
			a.Demand(test.want, test.names, `"DBSubnetGroupName":"`+subnets+`"`, `"VpcSecurityGroupIds":["sg-1"]`,
				`"DBParameterGroupName":"aws-webapp-prod-17"`, `"EnableIAMDatabaseAuthentication":true`,
				`"EnableCloudwatchLogsExports":["postgresql","upgrade"]`, `"Value":"team"`)
			a.Demand("ModifyDBInstance", `"ManageMasterUserPassword":true`, `"MasterUserSecretKmsKeyId":"`+secretKey+`"`,
				`"BackupRetentionPeriod":14`)
			var out bytes.Buffer
			copied, err := a.procedure(&out).Copy(t.Context(), state(t, exported), test.from, restored)
			require.NoError(t, err)
			assert.Equal(t, restored, *copied.DBInstanceIdentifier)
			assert.Equal(t, "arn:new", *copied.MasterUserSecret.SecretArn)
			assert.Equal(t, []string{test.want, "ModifyDBInstance"}, a.changes())
			assertLike(t, *a.instances[oldID], a.Calls())

			// A second call finds everything done.
			_, err = a.procedure(&out).Copy(t.Context(), state(t, exported), test.from, restored)
			require.NoError(t, err)
			assert.Len(t, a.changes(), 2)

			_, err = a.procedure(&out).Copy(t.Context(), state(t, exported), restore.Source{Snapshot: "other"}, restored)
			require.EqualError(t, err, fmt.Sprintf("%s exists, and was restored from %q: give the copy another name with "+
				"--name, or delete it", restored, test.from))
		})
	}
}

// assertLike asserts that whatever the old instance has, and a call that restores takes by the same name, it is given.
func assertLike(t *testing.T, old types.DBInstance, calls []awsfake.Call) {
	t.Helper()
	other := []string{"DBInstanceIdentifier", "BackupRetentionPeriod"} // its own name; what is set afterwards
	for _, call := range calls {
		given := reflect.ValueOf(call.Input).Elem()
		for i := range given.NumField() {
			field := given.Type().Field(i)
			had := reflect.ValueOf(old).FieldByName(field.Name)
			if strings.HasPrefix(call.Operation, "Restore") && had.IsValid() && had.Type() == field.Type && !had.IsZero() &&
				!slices.Contains(other, field.Name) {
				assert.Equal(t, had.Interface(), given.Field(i).Interface(), field.Name)
			}
		}
	}
}

// The password of a copy is encrypted as that of the old instance is, else with the key of the data.
func TestTheKeyOfACopysPassword(t *testing.T) {
	for secret, want := range map[*types.MasterUserSecret]string{
		{KmsKeyId: aws.String(secretKey)}: secretKey, {}: key, nil: key,
	} {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount()
			a.instances[oldID].MasterUserSecret = secret
			copied, err := a.procedure(&bytes.Buffer{}).Copy(t.Context(), state(t, exported), restore.Source{Latest: true},
				restored)
			require.NoError(t, err)
			assert.Equal(t, want, *copied.MasterUserSecret.KmsKeyId)
		})
	}
}

// Whichever call fails, the error names it, and the next call of the command goes on.
func TestACopyGoesOnWhereItStopped(t *testing.T) {
	for _, from := range []restore.Source{{Latest: true}, {Snapshot: "s"}} {
		awsfake.EachCallFails(t, func(t *testing.T, n int) (cloud *awsfake.Cloud) {
			synctest.Test(t, func(t *testing.T) {
				a := newAccount()
				a.snapshots = []string{"s"}
				cloud = a.Cloud
				a.FailCall(n)
				_, err := a.procedure(&bytes.Buffer{}).Copy(t.Context(), state(t, exported), from, restored)
				if n == 0 {
					require.NoError(t, err)
					return
				}
				require.ErrorContains(t, err, a.Failed().Operation)
				a.FailCall(0)
				_, err = a.procedure(&bytes.Buffer{}).Copy(t.Context(), state(t, exported), from, restored)
				require.NoError(t, err)
			})
			return cloud
		})
	}
}

// A copy that RDS cannot make is not waited for; one that RDS works on is, even if it cannot be seen for a moment.
func TestWhatBecomesOfACopy(t *testing.T) {
	for _, status := range []string{
		"failed", "storage-full", "incompatible-restore", "incompatible-parameters", "inaccessible-encryption-credentials",
	} {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount()
			a.status = status
			_, err := a.procedure(&bytes.Buffer{}).Copy(t.Context(), state(t, exported), restore.Source{Latest: true}, restored)
			require.EqualError(t, err, restored+" is "+status+": RDS's events say why")
			require.ErrorAs(t, err, new(restore.RefusedError))
		})
	}
	synctest.Test(t, func(t *testing.T) {
		a := newAccount()
		a.hiccups = 3 // as often as the SDK asks by itself
		var out bytes.Buffer
		_, err := a.procedure(&out).Copy(t.Context(), state(t, exported), restore.Source{Latest: true}, restored)
		require.NoError(t, err)
		assert.Equal(t, "restore "+identifier+" from the latest moment as "+restored+"\n"+restored+" is not there yet\n"+
			restored+" is modifying\nlet RDS manage the password of "+restored+"\n"+restored+" is modifying\n", out.String())
	})
}

func TestWhatCannotBeRestoredIsRefusedBeforeAnythingChanges(t *testing.T) {
	const recoveryPoint = "arn:aws:backup:us-east-1:2:recovery-point:continuous:db-a"
	for want, from := range map[string]restore.Source{
		"the latest moment that can be restored is":       {At: time.Now().AddDate(50, 0, 0)},
		"RDS has no snapshot nothing":                     {Snapshot: "nothing"},
		recoveryPoint + " is a continuous recovery point": {Snapshot: recoveryPoint},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount()
			_, err := a.procedure(&bytes.Buffer{}).Copy(t.Context(), state(t, exported), from, restored)
			require.ErrorContains(t, err, want)
			require.ErrorAs(t, err, new(restore.RefusedError))
			assert.Empty(t, a.changes())
		})
	}
	a := newAccount()
	delete(a.instances, oldID)
	_, err := a.procedure(&bytes.Buffer{}).Copy(t.Context(), state(t, exported), restore.Source{Latest: true}, restored)
	require.ErrorContains(t, err, "is gone: call pulumi up --refresh first")
	a = newAccount()
	a.instances[oldID].BackupRetentionPeriod = aws.Int32(0)
	_, err = a.procedure(&bytes.Buffer{}).Copy(t.Context(), state(t, exported), restore.Source{Latest: true}, restored)
	require.ErrorContains(t, err, "has no automated backups")
}

func TestADryRunChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount()
		var out bytes.Buffer
		p := a.procedure(&out)
		p.DryRun = true
		copied, err := p.Copy(t.Context(), state(t, exported), restore.Source{Latest: true}, restored)
		require.NoError(t, err)
		assert.Nil(t, copied)
		assert.Contains(t, out.String(), "would restore "+identifier+" from the latest moment as "+restored)

		_, err = a.procedure(&bytes.Buffer{}).Copy(t.Context(), state(t, exported), restore.Source{Latest: true}, restored)
		require.NoError(t, err)
		changed := len(a.changes())
		out.Reset()
		pulumi := &engine{text: exported}
		require.NoError(t, p.Adopt(t.Context(), state(t, exported), restored, pulumi))
		assert.Equal(t, "would rename "+identifier+" to "+identifier+"-oldoldol\n"+
			"would rename "+restored+" to "+identifier+"\n"+
			"would write db-COPYCOPY1 instead of "+oldID+" into the stack's state\n"+
			"would refresh the database in the state\n", out.String())
		assert.Len(t, a.changes(), changed)
		assert.Equal(t, exported, pulumi.text)
		assert.Empty(t, pulumi.refreshed)
	})
}

// restoredAccount has a copy of the database beside it.
func restoredAccount(t *testing.T) *account {
	t.Helper()
	a := newAccount()
	_, err := a.procedure(&bytes.Buffer{}).Copy(t.Context(), state(t, exported), restore.Source{Latest: true}, restored)
	require.NoError(t, err)
	return a
}

// The stack's state has to name the instance that was restored: with new names alone the next update takes them back.
func TestAnInstanceBecomesTheStacksAndBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := restoredAccount(t)
		pulumi := &engine{text: exported}
		p := a.procedure(&bytes.Buffer{})
		require.NoError(t, p.Adopt(t.Context(), state(t, exported), restored, pulumi))
		assert.Equal(t, "db-COPYCOPY1", *a.byName(identifier).DbiResourceId)
		assert.Equal(t, oldID, *a.byName(identifier + "-oldoldol").DbiResourceId)
		assert.Equal(t, strings.ReplaceAll(exported, oldID, "db-COPYCOPY1"), pulumi.text)
		assert.Equal(t, []string{"urn:db"}, pulumi.refreshed)

		changed := len(a.changes())
		require.NoError(t, p.Adopt(t.Context(), state(t, pulumi.text), restored, pulumi))
		assert.Len(t, a.changes(), changed, "called again it finds everything done")

		require.NoError(t, p.Adopt(t.Context(), state(t, pulumi.text), identifier+"-oldoldol", pulumi))
		assert.Equal(t, oldID, *a.byName(identifier).DbiResourceId)
		assert.Equal(t, "db-COPYCOPY1", *a.byName(identifier + "-copycopy").DbiResourceId)
		assert.Equal(t, exported, pulumi.text)
	})
}

func TestAnAdoptionGoesOnWhereItStopped(t *testing.T) {
	awsfake.EachCallFails(t, func(t *testing.T, n int) (cloud *awsfake.Cloud) {
		synctest.Test(t, func(t *testing.T) {
			a := restoredAccount(t)
			cloud = a.Cloud
			a.FailCall(n)
			pulumi := &engine{text: exported}
			p := a.procedure(&bytes.Buffer{})
			err := p.Adopt(t.Context(), state(t, exported), restored, pulumi)
			if n == 0 {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, a.Failed().Operation)
			a.FailCall(0)
			time.Sleep(2 * time.Minute)
			require.NoError(t, p.Adopt(t.Context(), state(t, exported), restored, pulumi))
			assert.Equal(t, "db-COPYCOPY1", *a.byName(identifier).DbiResourceId)
			assert.Contains(t, pulumi.text, `"id": "db-COPYCOPY1"`)
		})
		return cloud
	})
	synctest.Test(t, func(t *testing.T) {
		a := restoredAccount(t)
		pulumi := &engine{text: exported, fails: errors.New("no way to the backend")}
		p := a.procedure(&bytes.Buffer{})
		require.ErrorIs(t, p.Adopt(t.Context(), state(t, exported), restored, pulumi), pulumi.fails)
		pulumi.fails = nil
		require.NoError(t, p.Adopt(t.Context(), state(t, exported), restored, pulumi))
		assert.Contains(t, pulumi.text, `"id": "db-COPYCOPY1"`)
	})
}

// Where the instance itself was deleted, the copy takes its name at once.
func TestAnInstanceThatIsGoneIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := restoredAccount(t)
		delete(a.instances, oldID)
		pulumi := &engine{text: exported}
		require.NoError(t, a.procedure(&bytes.Buffer{}).Adopt(t.Context(), state(t, exported), restored, pulumi))
		assert.Equal(t, "db-COPYCOPY1", *a.byName(identifier).DbiResourceId)
		assert.NotContains(t, pulumi.text, oldID)
	})
}

func TestAnInstanceThatDoesNotFitIsRefused(t *testing.T) {
	for want, change := range map[string]func(*account, *types.DBInstance){
		"another key": func(_ *account, one *types.DBInstance) { one.KmsKeyId = aws.String("other") },
		"in the subnet group here": func(_ *account, one *types.DBInstance) {
			one.DBSubnetGroup.DBSubnetGroupName = aws.String("here")
		},
		"does not manage": func(_ *account, one *types.DBInstance) { one.MasterUserSecret = nil },
		"is modifying: wait": func(a *account, one *types.DBInstance) {
			a.ready[*one.DbiResourceId] = time.Now().Add(time.Hour)
		},
		"RDS has no instance": func(_ *account, one *types.DBInstance) { one.DBInstanceIdentifier = aws.String("elsewhere") },
		"to " + identifier + "-oldoldol: that name is taken by db-COPYCOPY2; ": func(a *account, _ *types.DBInstance) {
			require.NoError(nil, a.copyOf(identifier+"-oldoldol", types.DBInstance{}))
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := restoredAccount(t)
			change(a, a.byName(restored))
			before := len(a.changes())
			err := a.procedure(&bytes.Buffer{}).Adopt(t.Context(), state(t, exported), restored, &engine{text: exported})
			require.ErrorContains(t, err, want)
			require.ErrorAs(t, err, new(restore.RefusedError))
			assert.Len(t, a.changes(), before)
		})
	}
}

func TestAWaitThatTakesTooLongIsNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount()
		p := a.procedure(&bytes.Buffer{})
		p.Timeout = 30 * time.Second
		_, err := p.Copy(t.Context(), state(t, exported), restore.Source{Latest: true}, restored)
		require.ErrorAs(t, err, new(restore.TimeoutError))
		p.Timeout = time.Hour
		_, err = p.Copy(t.Context(), state(t, exported), restore.Source{Latest: true}, restored)
		require.NoError(t, err, "the next call goes on")
	})
}

func TestStatesThatDoNotSayWhichDatabase(t *testing.T) {
	one := strings.TrimSuffix(exported[strings.Index(exported, `{"urn": "urn:db"`):], "]}}")
	for want, text := range map[string]string{
		"found no JSON":         "pulumi: no stack",
		"the stack has no data": `{"deployment": {"resources": []}}`,
		"has two databases":     `{"deployment": {"resources": [` + one + "," + one + `]}}`,
		"call pulumi refresh":   `{"deployment": {"pending_operations": [{}], "resources": [` + one + `]}}`,
		`has the ARN "not an arn`: `{"deployment": {"resources": [` +
			strings.Replace(one, "arn:aws:rds", "not an arn:", 1) + `]}}`,
	} {
		_, err := restore.ReadState([]byte(text))
		assert.ErrorContains(t, err, want)
	}
}

// unasked are dependent actions in the Service Authorization Reference that depend on parameters which are never given.
var unasked = map[string]string{
	"iam:PassRole":                "a role for monitoring or for a directory",
	"rds:CreateTenantDatabase":    "a tenant database of RDS for Oracle",
	"secretsmanager:RotateSecret": "RotateMasterUserPassword",
}

// dependents are what AWS asks of the caller besides: the password that RDS manages takes rights on its key and
// secret, a copy's tags take AddTagsToResource. Sources:
// https://docs.aws.amazon.com/service-authorization/latest/reference/
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
func dependents(t *testing.T, called []string) (besides []string) {
	t.Helper()
	for _, name := range called {
		action, known := authorization.Of(name)
		require.True(t, known, name)
		for _, one := range action.Dependents {
			if unasked[one] == "" {
				besides = append(besides, one)
			}
		}
	}
	return besides
}

// The policy in docs/operations.md grants exactly what is called, and what AWS asks for besides.
func TestThePolicyGrantsWhatIsCalled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := restoredAccount(t)
		a.snapshots = []string{"s"}
		p := a.procedure(&bytes.Buffer{})
		_, err := p.Copy(t.Context(), state(t, exported), restore.Source{Snapshot: "s"}, "other")
		require.NoError(t, err)
		require.NoError(t, p.Adopt(t.Context(), state(t, exported), restored, &engine{text: exported}))
		called := a.Actions()
		for _, action := range restore.Changes {
			assert.Contains(t, called, action)
		}
		called = slices.Concat(called, dependents(t, called))
		slices.Sort(called)
		called = slices.Compact(called)
		assert.Equal(t, called, awsfake.Documented(t, "### Permissions of database\n"))
	})
}
