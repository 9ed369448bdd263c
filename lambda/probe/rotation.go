package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// passwordDays are the days since the password was rotated, or made if it never was: the API then gives no date of a
// rotation (AWS Secrets Manager API Reference, DescribeSecret, LastRotatedDate).
func (p *probe) passwordDays(ctx context.Context) (float64, error) {
	found, err := p.secrets.DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: aws.String(p.password)})
	if err != nil {
		return 0, fmt.Errorf("look at the password's secret: %w", err)
	}
	for _, since := range []*time.Time{found.LastRotatedDate, found.CreatedDate} {
		if since != nil {
			return p.now().Sub(*since).Hours() / 24, nil
		}
	}
	return 0, errors.New("the password's secret has neither a date of rotation nor one of creation")
}
