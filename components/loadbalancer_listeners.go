package components

import (
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// strictTransportSecurity tells browsers to use HTTPS for a year. It does not include
// subdomains: this stack must not decide for neighbouring host names.
const strictTransportSecurity = "max-age=31536000"

func (l *LoadBalancer) createListeners(ctx *pulumi.Context, name string) error {
	if !l.args.HTTPSOnly {
		if err := l.createRedirect(ctx, name+"-http"); err != nil {
			return err
		}
	}
	listener, err := l.createHTTPS(ctx, name+"-https", httpsPort)
	if err != nil {
		return err
	}
	l.HTTPSListenerARN = listener.Arn
	l.TestListenerARN = pulumi.String("").ToStringOutput()
	if l.args.TestPort == 0 {
		return nil
	}
	test, err := l.createHTTPS(ctx, name+"-test", l.args.TestPort)
	if err != nil {
		return err
	}
	l.TestListenerARN = test.Arn
	return nil
}

func (l *LoadBalancer) createRedirect(ctx *pulumi.Context, name string) error {
	_, err := lb.NewListener(ctx, name, &lb.ListenerArgs{
		LoadBalancerArn: l.ARN,
		Port:            pulumi.Int(httpPort),
		Protocol:        pulumi.String("HTTP"),
		DefaultActions: lb.ListenerDefaultActionArray{lb.ListenerDefaultActionArgs{
			Type: pulumi.String("redirect"),
			Redirect: lb.ListenerDefaultActionRedirectArgs{
				Protocol:   pulumi.String("HTTPS"),
				Port:       pulumi.String(fmt.Sprint(httpsPort)),
				StatusCode: pulumi.String("HTTP_301"),
			},
		}},
		RoutingHttpResponseServerEnabled: pulumi.Bool(false),
		Tags:                             named(name),
	}, pulumi.Parent(l))
	return err
}

// createHTTPS makes a listener without services: each service adds its own rule. A listener
// that forwarded by default would serve one service under every name that anybody points at the
// load balancer.
func (l *LoadBalancer) createHTTPS(ctx *pulumi.Context, name string, port int) (*lb.Listener, error) {
	listener, err := lb.NewListener(ctx, name, &lb.ListenerArgs{
		LoadBalancerArn: l.ARN,
		Port:            pulumi.Int(port),
		Protocol:        pulumi.String("HTTPS"),
		SslPolicy:       pulumi.String(l.args.SSLPolicy),
		CertificateArn:  l.CertificateARN,
		DefaultActions: lb.ListenerDefaultActionArray{lb.ListenerDefaultActionArgs{
			Type: pulumi.String("fixed-response"),
			FixedResponse: lb.ListenerDefaultActionFixedResponseArgs{
				ContentType: pulumi.String("text/plain"),
				MessageBody: pulumi.String("Not found"),
				StatusCode:  pulumi.String("404"),
			},
		}},
		RoutingHttpResponseServerEnabled:                      pulumi.Bool(false),
		RoutingHttpResponseStrictTransportSecurityHeaderValue: pulumi.String(strictTransportSecurity),
		Tags: named(name),
	}, pulumi.Parent(l))
	l.Ready = append(l.Ready, listener)
	return listener, err
}
