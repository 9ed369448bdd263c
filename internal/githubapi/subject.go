package githubapi

import (
	"context"
	"fmt"
	"net/http"
)

// Subject is how the tokens that jobs of the repository get for other clouds name it.
type Subject struct {
	// Prefix of the claim sub, such as repo:owner@1/name@2; empty where the API does not say it.
	Prefix string `json:"sub_claim_prefix"`
	// Default says that the claim goes on as GitHub's own does, with environment, event or branch.
	Default bool `json:"use_default"`
}

// Subject asks for it. The token needs to read the repository's settings of Actions.
//
// Source: https://docs.github.com/en/rest/actions/oidc, "Get the customization template for an OIDC subject claim for a
// repository". The prefix is in the answer since GitHub puts ids into it; go-github does not know it yet.
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
