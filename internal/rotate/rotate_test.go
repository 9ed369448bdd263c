package rotate_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"aws-webapp/internal/awsapi"
	"aws-webapp/internal/awsapi/awsfake"
	"aws-webapp/internal/rotate"
)

const secretARN = "arn:aws:secretsmanager:us-east-1:222222222222:secret:rds!db-1-AbCdEf"

// account has a database whose rotation takes a minute, and a relay that replaces the tasks a minute later. Tasks of
// web read the password, those of static do not.
type account struct {
	*awsfake.Cloud
	status, secretStatus string
	deployments, sets    int
	services             []string
	// tasks of each service.
	tasks, versions int
	rotated, since  time.Time
	stuck, idle     bool
	asked, hiccups  int
	out             bytes.Buffer
}

func newAccount() *account {
	a := &account{
		Cloud: awsfake.New(), status: "available", secretStatus: "active", deployments: 1, sets: 1, tasks: 1, versions: 1,
		services: []string{"static", "web"}, since: time.Now().Add(-time.Hour),
	}
	a.Page()
	for _, operation := range []string{"ListTasks", "DescribeTasks", "DescribeServices"} {
		a.Demand(operation, `"Cluster":"app"`)
	}
	for _, operation := range []string{"DescribeSecret", "RotateSecret"} {
		a.Demand(operation, `"SecretId":"`+secretARN+`"`)
	}
	awsfake.Answer(a.Cloud, func(*secretsmanager.DescribeSecretInput) (*secretsmanager.DescribeSecretOutput, error) {
		if a.asked > 0 && a.hiccups > 0 {
			a.hiccups--
			return nil, awsfake.Failure(http.StatusServiceUnavailable, "ServiceUnavailable", "a hiccup")
		}
		out := &secretsmanager.DescribeSecretOutput{VersionIdsToStages: map[string][]string{
			fmt.Sprint("v", a.versions): {"AWSCURRENT"}, fmt.Sprint("v", a.versions-1): {"AWSPREVIOUS"},
		}}
		switch {
		case a.rotated.IsZero():
		case a.stuck || time.Now().Before(a.rotated):
			out.VersionIdsToStages["next"] = []string{"AWSPENDING"}
		default:
			out.VersionIdsToStages = map[string][]string{"next": {"AWSCURRENT", "AWSPENDING"}, "v1": {"AWSPREVIOUS"}}
			out.LastRotatedDate = aws.Time(a.rotated)
		}
		return out, nil
	})
	awsfake.Answer(a.Cloud, func(*secretsmanager.RotateSecretInput) (*secretsmanager.RotateSecretOutput, error) {
		a.asked++
		a.rotated = time.Now().Add(time.Minute)
		return &secretsmanager.RotateSecretOutput{}, nil
	})
	awsfake.Answer(a.Cloud, func(*rds.DescribeDBInstancesInput) (*rds.DescribeDBInstancesOutput, error) {
		return &rds.DescribeDBInstancesOutput{DBInstances: []rdstypes.DBInstance{
			{DBInstanceIdentifier: aws.String("another")},
			{
				DBInstanceIdentifier: aws.String("database"), DBInstanceStatus: aws.String(a.status),
				MasterUserSecret: &rdstypes.MasterUserSecret{
					SecretArn: aws.String(secretARN), SecretStatus: aws.String(a.secretStatus),
				},
			},
		}}, nil
	})
	a.answerECS()
	return a
}

func (a *account) answerECS() {
	awsfake.Answer(a.Cloud, func(in *ecs.ListTasksInput) (*ecs.ListTasksOutput, error) {
		return &ecs.ListTasksOutput{TaskArns: slices.Repeat([]string{"arn:" + *in.ServiceName}, a.tasks)}, nil
	})
	awsfake.Answer(a.Cloud, func(in *ecs.DescribeTasksInput) (*ecs.DescribeTasksOutput, error) {
		created := a.since
		if replaced := a.rotated.Add(time.Minute); !a.idle && !a.rotated.IsZero() && time.Now().After(replaced) {
			created = replaced
		}
		return &ecs.DescribeTasksOutput{Tasks: slices.Repeat([]ecstypes.Task{{
			TaskDefinitionArn: aws.String(strings.TrimPrefix(in.Tasks[0], "arn:")), CreatedAt: aws.Time(created),
		}}, len(in.Tasks))}, nil
	})
	awsfake.Answer(a.Cloud, func(in *ecs.DescribeTaskDefinitionInput) (*ecs.DescribeTaskDefinitionOutput, error) {
		container := ecstypes.ContainerDefinition{}
		from := secretARN + "2:password::" // another secret, whose name begins alike
		if *in.TaskDefinition == "web" {
			from = secretARN + ":password::"
		}
		container.Secrets = []ecstypes.Secret{{Name: aws.String("PGPASSWORD"), ValueFrom: aws.String(from)}}
		return &ecs.DescribeTaskDefinitionOutput{TaskDefinition: &ecstypes.TaskDefinition{
			ContainerDefinitions: []ecstypes.ContainerDefinition{{}, container},
		}}, nil
	})
	awsfake.Answer(a.Cloud, func(in *ecs.DescribeServicesInput) (*ecs.DescribeServicesOutput, error) {
		out := &ecs.DescribeServicesOutput{}
		for _, name := range in.Services {
			out.Services = append(out.Services, ecstypes.Service{
				ServiceName: aws.String(name), Deployments: make([]ecstypes.Deployment, a.deployments),
				TaskSets: make([]ecstypes.TaskSet, a.sets),
			})
		}
		return out, nil
	})
}

func (a *account) rotate(t *testing.T, dryRun bool) error {
	t.Helper()
	return a.rotateWith(t.Context(), dryRun)
}

func (a *account) rotateWith(ctx context.Context, dryRun bool) error {
	r := rotate.New(awsapi.ChangeOnly(a.WriteConfig("us-east-1"), rotate.Changes...), &a.out)
	r.Secret, r.Cluster, r.Services, r.DryRun = secretARN, "app", a.services, dryRun
	return r.Run(ctx)
}

func TestThePasswordIsRotatedAndEveryTaskHasIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount()
		began := time.Now()
		require.NoError(t, a.rotate(t, false))
		assert.Greater(t, time.Since(began), 2*time.Minute, "neither wait is left out")
		assert.Equal(t, 1, a.asked)
		assert.Equal(t, "last rotated never; read by web with 1 tasks\n"+
			"the rotation is not over: if it fails, the alarm rotation-failed says so, and the old password stays\n"+
			"rotated 2000-01-01T00:01:00Z: from now on the database refuses the old password\n"+
			"tasks with the old password: 1 of 1 of web (the relay's log says what it does; after rotation-errors: "+
			"webapp replay rotation)\n"+
			"every task that reads the secret has the new password: read by web with 1 tasks\n", a.out.String())
		assert.Equal(t, a.Actions(), awsfake.Documented(t, "### Permissions of rotate\n"))
		// Every task is new: whoever calls it now wants another password.
		a.versions = 2
		require.NoError(t, a.rotate(t, true))
		assert.Contains(t, a.out.String(), "would rotate the password")
		assert.Equal(t, 1, a.asked)
	})
}

// ECS refuses calls about more services or tasks than it describes at once.
func TestAsManyServicesAndTasksAsThereAre(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount()
		a.services, a.tasks = append(slices.Repeat([]string{"static"}, 10), "web"), 101
		require.NoError(t, a.rotate(t, false))
		assert.Contains(t, a.out.String(), "has the new password: read by web with 101 tasks\n")
	})
}

// A password that no task reads may be rotated, too.
func TestNobodyReadsThePassword(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount()
		a.services = []string{"static"}
		require.NoError(t, a.rotate(t, false))
		assert.Contains(t, a.out.String(), "last rotated never; no running task reads the secret\n")
	})
}

// While it waits, what passes is waited for, and whoever interrupts it is heard.
func TestAWaitOutlastsAHiccupAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount()
		a.hiccups = 3 // as often as the SDK asks by itself
		require.NoError(t, a.rotate(t, false))
		assert.Contains(t, a.out.String(), "cannot look, trying again: ")
		a = newAccount()
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		require.ErrorIs(t, a.rotateWith(ctx, false), context.DeadlineExceeded)
	})
}

// A second call goes on, whatever the first had reached when it was killed.
func TestARotationThatHasBegunIsFollowed(t *testing.T) {
	for name, begun := range map[string]time.Duration{"rotating": time.Minute, "relaying": -30 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount()
			a.rotated = time.Now().Add(begun)
			require.NoError(t, a.rotate(t, true), name)
			require.NoError(t, a.rotate(t, false), name)
			assert.Zero(t, a.asked, name)
			assert.Contains(t, a.out.String(), "it is followed", name)
			assert.Contains(t, a.out.String(), "has the new password", name)
		})
	}
}

func TestWhatWouldGoWrongIsRefused(t *testing.T) {
	for want, breaks := range map[string]func(*account){
		"database is modifying: wait until it is available": func(a *account) { a.status = "modifying" },
		"the secret of database is impaired, not active":    func(a *account) { a.secretStatus = "impaired" },
		"service static is being deployed: wait":            func(a *account) { a.deployments = 2 },
		"service static is being deployed: wait until":      func(a *account) { a.sets = 2 },
		"no instance of RDS manages the secret " + secretARN + ": it cannot be rotated": func(a *account) {
			awsfake.Answer(a.Cloud, func(*rds.DescribeDBInstancesInput) (*rds.DescribeDBInstancesOutput, error) {
				return &rds.DescribeDBInstancesOutput{}, nil
			})
		},
		"the secret is going to be deleted": func(a *account) {
			awsfake.Answer(a.Cloud, func(*secretsmanager.DescribeSecretInput) (*secretsmanager.DescribeSecretOutput, error) {
				return &secretsmanager.DescribeSecretOutput{DeletedDate: aws.Time(time.Now())}, nil
			})
		},
	} {
		a := newAccount()
		breaks(a)
		err := a.rotate(t, false)
		require.ErrorContains(t, err, want)
		require.ErrorAs(t, err, new(rotate.RefusedError))
		assert.Zero(t, a.asked)
	}
}

// Neither a rotation nor a relay that never ends is a success, and each says what to look at.
func TestWhatDoesNotEndIsNoSuccess(t *testing.T) {
	for want, breaks := range map[string]func(*account){
		"after 30m0s: the rotation is not over":                   func(a *account) { a.stuck = true },
		"after 30m0s: tasks with the old password: 1 of 1 of web": func(a *account) { a.idle = true },
	} {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount()
			breaks(a)
			err := a.rotate(t, false)
			require.ErrorContains(t, err, want)
			require.ErrorAs(t, err, new(rotate.TimeoutError))
			assert.Equal(t, 1, a.asked)
		})
	}
}

func TestWhateverAWSRefusesIsAnError(t *testing.T) {
	for _, action := range awsfake.Documented(t, "### Permissions of rotate\n") {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount()
			a.Deny(action)
			require.Error(t, a.rotate(t, false), action)
			assert.Zero(t, a.asked)
		})
	}
	awsfake.EachCallFails(t, func(t *testing.T, n int) (cloud *awsfake.Cloud) {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount()
			a.FailCall(n)
			cloud = a.Cloud
			err := a.rotate(t, false)
			if failed := a.Failed(); failed != nil {
				require.ErrorContains(t, err, failed.Operation)
				return
			}
			require.NoError(t, err)
		})
		return cloud
	})
}
