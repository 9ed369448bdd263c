package moto

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// Reset empties the simulated cloud, leaving what a new AWS account has, such as default VPCs.
func (s *Server) Reset(ctx context.Context) error {
	if err := s.call(ctx, http.MethodPost, "/moto-api/reset"); err != nil {
		return fmt.Errorf("moto: reset: %w", err)
	}
	return nil
}

// AddHostedZone makes sure that there is a Route 53 zone with this id and domain. Stacks do not
// create their zone; they are given one.
func (s *Server) AddHostedZone(ctx context.Context, id, domain string) error {
	query := url.Values{"id": {id}, "name": {domain}}
	if err := s.call(ctx, http.MethodPost, "/moto-api/sandbox/hosted-zone?"+query.Encode()); err != nil {
		return fmt.Errorf("moto: add hosted zone %s: %w", id, err)
	}
	return nil
}

func (s *Server) call(ctx context.Context, method, path string) error {
	_, err := s.ask(ctx, method, path)
	return err
}

// ask sends a request to the server itself and returns the answer's body.
func (s *Server) ask(ctx context.Context, method, path string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, method, s.endpoint+path, http.NoBody)
	if err != nil {
		return "", err
	}
	// Do not use a proxy: the endpoint is on this machine.
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return "", err
	}
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s %s: %s", method, path, response.Status)
	}
	return string(body), nil
}
