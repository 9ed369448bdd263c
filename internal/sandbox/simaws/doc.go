// Package simaws is a simulated AWS provider: it serves Pulumi's resource provider
// protocol in this process and keeps what it creates in a [cloud.Cloud].
//
// The engine attaches to it through PULUMI_DEBUG_PROVIDERS instead of starting the real
// plugin, and then works as always: it checks, diffs, creates, updates, reads and
// deletes. The provider answers as the real one would, as far as a program, a policy or
// an operator could notice:
//
//   - inputs are checked as the provider checks them, auto-named, and completed with the
//     provider's defaults and default tags;
//   - at preview, values that AWS would only compute later stay unknown;
//   - at creation, references to resources that do not exist, names in use, subnets that
//     overlap and the like are refused with AWS's words;
//   - deletions are refused while something depends on the resource or protects it;
//   - read finds drift, because the cloud is separate from Pulumi's state.
//
// The behaviour of each type is data: package catalog. Package fault makes things fail, package
// traffic says which service would answer a request. The provider imports these, facts about
// AWS and policies/iamdoc, but neither components nor internal/stack: it must not know what it
// is given.
package simaws
