package components

import (
	"strconv"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const operatorType = "aws-webapp:service:Operator"

// OperatorArgs describe an [Operator].
type OperatorArgs struct {
	// Scope of the stack.
	Scope Scope
	// Image with psql and a shell.
	Image string
	// Architecture is X86_64 or ARM64.
	Architecture string
	// Minutes after which the task ends by itself.
	Minutes int
	// DataKeyARN is the KMS key of the database secret.
	DataKeyARN pulumi.StringInput
	// Database that psql connects to.
	Database ServiceDatabase
	// Exec names the log group and the key of the sessions.
	Exec ServiceExec
	// Logs of the container's output.
	Logs ServiceLogs
}

// Operator is a task for people: psql and a shell inside the network, beside services whose images have neither, and
// without a session into these. Nothing runs it until somebody starts it (webapp task): it costs nothing, has roles of
// its own, and ends after Minutes. ECS Exec, which is what it is for, logs every session.
type Operator struct {
	pulumi.ResourceState
	Task
}

// The size of the operator's task, the smallest of Fargate that has room for a large answer of psql.
const (
	operatorCPU, operatorMemoryMiB, operatorTmpMiB = 256, 1024, 128
	// nobody owns nothing in the image. Sessions of ECS Exec run as root in any case:
	// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
	nobody = "65534:65534"
)

// NewOperator makes an [Operator].
func NewOperator(
	ctx *pulumi.Context, name string, args *OperatorArgs, opts ...pulumi.ResourceOption,
) (*Operator, error) {
	a, o := given(args), &Operator{}
	// psql reads these: https://www.postgresql.org/docs/current/libpq-envars.html
	a.Database.Variables = map[string]string{
		"PGHOST": "host", "PGPORT": "port", "PGDATABASE": "name", "PGUSER": "user", "PGPASSWORD": "password",
	}
	o.Task = newTask(o, TaskArgs{
		Scope: a.Scope, Name: name, DataKeyARN: a.DataKeyARN,
		Container: ServiceContainer{
			Image: a.Image, CPU: operatorCPU, MemoryMiB: operatorMemoryMiB, Architecture: a.Architecture,
			TmpMiB: operatorTmpMiB, User: nobody,
			// The task ends with its only container (essential):
			// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
			EntryPoint: []string{"sleep"}, Command: []string{strconv.Itoa(a.Minutes * 60)},
			// verify-full needs RDS's authority, which the image does not have.
			Environment: map[string]string{"PGSSLMODE": "require"},
		},
		Capacity: ServiceCapacity{FargateBase: 1, FargateWeight: 1},
		Database: &a.Database, Exec: &a.Exec, Logs: a.Logs,
	})
	return construct(ctx, name, o, opts, construction{
		kind: "operator", token: operatorType, wrong: check(a), steps: o.steps(),
		outputs: func() pulumi.Map {
			return pulumi.Map{
				"taskFamily":        pulumi.String(o.TaskFamily),
				"taskDefinitionArn": o.TaskDefinitionARN,
			}
		},
	})
}
