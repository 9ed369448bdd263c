package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"aws-webapp/lambda/logshipper/internal/domain"
)

// setup applies index template, retention policy and access to the domain.
func (h *handler) setup(ctx context.Context) (domain.Report, error) {
	wanted := domain.Setup{
		Prefix:                h.config.indexPrefix,
		Period:                h.config.indexPeriod,
		Shards:                h.config.setup.shards,
		Replicas:              h.config.setup.replicas,
		RetentionDays:         h.config.setup.retentionDays,
		WriterRoleARN:         h.config.setup.writerRoleARN,
		ReaderRoleARNs:        h.config.setup.readerRoleARNs,
		AdministratorRoleARNs: h.config.setup.administratorRoleARNs,
	}
	if !strings.HasPrefix(wanted.WriterRoleARN, "arn:") {
		return nil, fmt.Errorf("WRITER_ROLE_ARN: found %q, expected the ARN of the role of the function that ships",
			wanted.WriterRoleARN)
	}
	if h.user != nil {
		user, err := h.user(ctx)
		if err != nil {
			return nil, err
		}
		wanted.InternalUser = user
	}
	client, err := h.connect(ctx)
	if err != nil {
		return nil, err
	}
	report, err := client.Apply(ctx, wanted)
	h.log.Info("setup", "report", report, "complete", err == nil)
	return report, err
}

// readUser reads {"username": ..., "password": ...} from Secrets Manager.
func readUser(ctx context.Context, client *secretsmanager.Client, arn string) (*domain.InternalUser, error) {
	answer, err := client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String(arn)})
	if err != nil {
		return nil, fmt.Errorf("read secret %s: %w", arn, err)
	}
	var user domain.InternalUser
	// The decoder's error quotes what it read, so it must not get out.
	if json.Unmarshal([]byte(aws.ToString(answer.SecretString)), &user) != nil ||
		user.Name == "" || user.Password == "" || strings.ContainsAny(user.Name, "/?#%") {
		return nil, errors.New("secret " + arn + `: expected JSON with "username" (no / ? # %) and "password"`)
	}
	return &user, nil
}

// basicAuth signs requests with name and password, for a domain whose master is an internal user.
type basicAuth struct {
	user *domain.InternalUser
}

// SignRequest implements signer.Signer of opensearch-go.
func (b basicAuth) SignRequest(request *http.Request) error {
	request.SetBasicAuth(b.user.Name, b.user.Password)
	return nil
}
