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
//   - at preview, what AWS would only compute later stays unknown;
//   - at creation, references to resources that do not exist, names that are taken,
//     subnets that overlap and the like are refused with AWS's words;
//   - deletions are refused while something depends on the resource or protects it;
//   - read finds drift, because the cloud is apart from Pulumi's state.
//
// What each type is like is data: package catalog. How to make things fail: package
// fault.
package simaws
