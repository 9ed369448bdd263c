package deployments

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"aws-webapp/internal/awsapi/awsfake"
)

// migration is a task outside of any service that somebody has run.
type migration struct {
	types.Task
	family string
	// token of the call that started it: a second call with it starts none.
	token string
}

// MigrationTakes is the time that a task outside of any service runs.
const MigrationTakes = time.Minute

// Hangs is the exit code of migrations that do not end.
const Hangs = -1

// ExitWith sets the exit code of the migrations that run from now on; [Hangs] for ones that do not end.
func (c *Cloud) ExitWith(code int32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.exitCode = code
}

// Migrations lists the tasks outside of any service that have been run, oldest first.
func (c *Cloud) Migrations() []types.Task {
	c.mu.Lock()
	defer c.mu.Unlock()
	var tasks []types.Task
	for _, one := range c.migrations {
		tasks = append(tasks, one.Task)
	}
	return tasks
}

func (c *Cloud) answerMigrations() {
	awsfake.Answer(c.Cloud, locked(c, c.runTask))
	awsfake.Answer(c.Cloud, locked(c, c.stopTask))
}

func (c *Cloud) runTask(in *ecs.RunTaskInput) (*ecs.RunTaskOutput, error) {
	if err := inCluster(in.Cluster); err != nil {
		return nil, err
	}
	version, err := c.definition(in.TaskDefinition)
	if err != nil {
		return nil, err
	}
	if err := awsvpc(in.NetworkConfiguration); err != nil {
		return nil, err
	}
	for _, override := range in.Overrides.ContainerOverrides {
		if aws.ToString(override.Name) != version.family() {
			return nil, &types.InvalidParameterException{Message: aws.String("Override for container named " +
				aws.ToString(override.Name) + " is not a container in the TaskDefinition.")}
		}
	}
	for _, earlier := range c.migrations {
		if in.ClientToken != nil && earlier.token == *in.ClientToken {
			return &ecs.RunTaskOutput{Tasks: []types.Task{earlier.Task}}, nil
		}
	}
	id := c.id("")
	one := &migration{token: aws.ToString(in.ClientToken), family: version.family(), Task: types.Task{
		TaskArn: aws.String(taskPrefix + id), TaskDefinitionArn: aws.String(version.arn), StartedBy: in.StartedBy,
		Overrides: in.Overrides, CreatedAt: aws.Time(time.Now()),
		LastStatus: aws.String("RUNNING"), DesiredStatus: aws.String("RUNNING"),
		Containers: []types.Container{{Name: aws.String(version.family())}},
	}}
	c.migrations = append(c.migrations, one)
	exit := c.exitCode
	if exit != Hangs {
		time.AfterFunc(MigrationTakes, func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			one.stop("Essential container in task exited")
			one.Containers[0].ExitCode = aws.Int32(exit)
		})
	}
	return &ecs.RunTaskOutput{Tasks: []types.Task{one.Task}}, nil
}

func (c *Cloud) listMigrations(in *ecs.ListTasksInput) (*ecs.ListTasksOutput, error) {
	if err := inCluster(in.Cluster); err != nil {
		return nil, err
	}
	out := &ecs.ListTasksOutput{}
	for _, one := range c.migrations {
		if one.family == aws.ToString(in.Family) && *one.DesiredStatus == string(in.DesiredStatus) {
			out.TaskArns = append(out.TaskArns, *one.TaskArn)
		}
	}
	return out, nil
}

func (m *migration) stop(reason string) {
	m.LastStatus, m.DesiredStatus = aws.String("STOPPED"), aws.String("STOPPED")
	m.StoppedReason, m.StoppedAt = aws.String(reason), aws.Time(time.Now())
	// A copy: earlier answers must not change.
	m.Containers = slices.Clone(m.Containers)
}

func (c *Cloud) stopTask(in *ecs.StopTaskInput) (*ecs.StopTaskOutput, error) {
	if err := inCluster(in.Cluster); err != nil {
		return nil, err
	}
	for _, one := range c.migrations {
		if *one.TaskArn == *in.Task {
			one.stop(aws.ToString(in.Reason))
			return &ecs.StopTaskOutput{Task: &one.Task}, nil
		}
	}
	return nil, &types.InvalidParameterException{Message: aws.String("The referenced task was not found.")}
}

// family of the revision. It has the same name as its service and the service's container.
func (d *definition) family() string {
	family, _, _ := strings.Cut(d.arn[strings.LastIndex(d.arn, "/")+1:], ":")
	return family
}

// definition finds a revision that is registered.
func (c *Cloud) definition(arn *string) (*definition, error) {
	if one := c.definitions[aws.ToString(arn)]; one != nil {
		return one, nil
	}
	return nil, &types.ClientException{Message: aws.String("Unable to describe task definition.")}
}

// awsvpc refuses a call without subnets: tasks on Fargate have a network interface of their own
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html, networkConfiguration).
func awsvpc(network *types.NetworkConfiguration) error {
	if network == nil || network.AwsvpcConfiguration == nil || len(network.AwsvpcConfiguration.Subnets) == 0 {
		return &types.InvalidParameterException{Message: aws.String(
			"Network Configuration must be provided when networkMode 'awsvpc' is specified.")}
	}
	return nil
}

// inCluster refuses other clusters than the account's only one: a call without a name means the cluster "default".
func inCluster(name *string) error {
	if aws.ToString(name) != Cluster {
		return &types.ClusterNotFoundException{Message: aws.String("Cluster not found.")}
	}
	return nil
}

// inService finds a service of the cluster.
func (c *Cloud) inService(cluster, name *string) (*service, error) {
	if err := inCluster(cluster); err != nil {
		return nil, err
	}
	if s := c.services[aws.ToString(name)]; s != nil {
		return s, nil
	}
	return nil, &types.ServiceNotFoundException{Message: aws.String("Service not found.")}
}
