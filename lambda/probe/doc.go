// Probe is a Lambda function that asks for the stack's addresses as a client does: by DNS, over the internet, with TLS
// and its verification, through firewall and load balancer. A schedule calls it each minute. It runs outside of the
// VPC, so that nothing of the stack's network is in its way.
//
// An address answers with status 200 to 399; a redirect is an answer and is not followed. One that does not is asked
// again after two seconds, on a new connection.
//
// It writes a line in CloudWatch's embedded metric format (CloudWatch User Guide, "Specification: Embedded metric
// format"), of which CloudWatch Logs makes two metrics in the namespace Probe, with the dimension FunctionName:
//
//   - Failed is the number of addresses that did not answer.
//   - CertificateDays are the days to the end of the first certificate that ends. It is left out where no address
//     answered by TLS.
//
// The function itself fails only if its settings are wrong. Environment: ADDRESSES lists what to ask for by name, as
// JSON: {"web":"https://www.example.com/health"}. Permissions: none but to write its log.
package main
