package rotate

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"aws-webapp/internal/awsapi"
)

// user is a service of which running tasks read the secret.
type user struct {
	name    string
	created []time.Time
}

// mostServices and mostTasks of one call:
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html
const mostServices, mostTasks = 10, 100

// users returns the services whose running tasks read the secret. ECS reads secrets when a task starts, never again:
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html
func (r *Rotator) users(ctx context.Context) (found []user, err error) {
	reads := map[string]bool{}
	for _, service := range r.Services {
		arns, err := awsapi.All(ctx, ecs.NewListTasksPaginator(r.ECS, &ecs.ListTasksInput{
			Cluster: aws.String(r.Cluster), ServiceName: aws.String(service),
		}), func(page *ecs.ListTasksOutput) []string { return page.TaskArns })
		if err != nil {
			return nil, fmt.Errorf("list the tasks of %s: %w", service, err)
		}
		one := user{name: service}
		for batch := range slices.Chunk(arns, mostTasks) {
			out, err := r.ECS.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: aws.String(r.Cluster), Tasks: batch})
			if err != nil {
				return nil, fmt.Errorf("look at the tasks of %s: %w", service, err)
			}
			for i := range out.Tasks {
				task := &out.Tasks[i]
				definition := aws.ToString(task.TaskDefinitionArn)
				if _, known := reads[definition]; !known {
					if reads[definition], err = r.reads(ctx, definition); err != nil {
						return nil, err
					}
				}
				if reads[definition] {
					one.created = append(one.created, aws.ToTime(task.CreatedAt))
				}
			}
		}
		if len(one.created) > 0 {
			found = append(found, one)
		}
	}
	return found, nil
}

// reads says whether a container of a task definition gets the secret, whole or a key of it.
func (r *Rotator) reads(ctx context.Context, definition string) (bool, error) {
	out, err := r.ECS.DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{TaskDefinition: aws.String(definition)})
	if err != nil {
		return false, fmt.Errorf("look at %s: %w", definition, err)
	}
	for i := range out.TaskDefinition.ContainerDefinitions {
		for _, one := range out.TaskDefinition.ContainerDefinitions[i].Secrets {
			if from := aws.ToString(one.ValueFrom); from == r.Secret || strings.HasPrefix(from, r.Secret+":") {
				return true, nil
			}
		}
	}
	return false, nil
}

// still refuses to rotate while a release moves requests, or keeps old tasks to go back to: they get errors from the
// database until they are replaced, and the alarm about them would take the release back.
func (r *Rotator) still(ctx context.Context) error {
	for batch := range slices.Chunk(r.Services, mostServices) {
		out, err := r.ECS.DescribeServices(ctx, &ecs.DescribeServicesInput{
			Cluster: aws.String(r.Cluster), Services: batch,
		})
		if err != nil {
			return fmt.Errorf("look at the services: %w", err)
		}
		for i := range out.Services {
			if one := &out.Services[i]; moves(one) {
				return refusef("service %s is being deployed: wait until webapp release rollout says that its new version "+
					"serves, and try again", aws.ToString(one.ServiceName))
			}
		}
	}
	return nil
}

func moves(one *types.Service) bool { return len(one.Deployments) > 1 || len(one.TaskSets) > 1 }

// olderThan names the services with tasks from before a moment. Secrets Manager gives it in fractions of a second; a
// task from the same second may have read either password, and counts as old.
func olderThan(users []user, rotated time.Time) (names []string) {
	for _, one := range users {
		old := 0
		for _, created := range one.created {
			if !rotated.IsZero() && created.Before(rotated.Add(time.Second)) {
				old++
			}
		}
		if old > 0 {
			names = append(names, fmt.Sprintf("%d of %d of %s", old, len(one.created), one.name))
		}
	}
	return names
}

func tell(users []user) string {
	if len(users) == 0 {
		return "no running task reads the secret"
	}
	parts := make([]string, len(users))
	for i, one := range users {
		parts[i] = fmt.Sprintf("%s with %d tasks", one.name, len(one.created))
	}
	return "read by " + strings.Join(parts, ", ")
}

func when(at time.Time) string {
	if at.IsZero() {
		return "never"
	}
	return at.UTC().Format(time.RFC3339)
}
