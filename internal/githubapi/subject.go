package githubapi

import (
	"context"
	"fmt"
	"net/http"
)

// Subject describes the subject of the tokens with which jobs of the repository sign in to
// other clouds.
type Subject struct {
	// Prefix of the claim sub, such as repo:owner@1/name@2; empty if the API does not return it.
	Prefix string `json:"sub_claim_prefix"`
	// Default says that the rest of the claim is GitHub's default: environment, event or branch.
	Default bool `json:"use_default"`
}

// Subject reads the repository's subject. The token needs to read the repository's Actions
// settings.
//
// Source: https://docs.github.com/en/rest/actions/oidc, "Get the customization template for an OIDC subject claim for
// a repository". The answer has had the prefix since GitHub put ids into it; go-github does not support it yet.
func (c *Client) Subject(ctx context.Context) (Subject, error) {
	var subject Subject
	err := c.try(ctx, fmt.Sprintf("ask how tokens name %s/%s", c.owner, c.name), func(ctx context.Context) error {
		path := fmt.Sprintf("repos/%s/%s/actions/oidc/customization/sub", c.owner, c.name)
		request, err := c.api.NewRequest(http.MethodGet, path, nil)
		if err != nil {
			return err
		}
		subject = Subject{}
		_, err = c.api.Do(ctx, request, &subject)
		return err
	})
	return subject, err
}
