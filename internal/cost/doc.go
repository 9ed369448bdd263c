// Package cost estimates what a stack costs in a month, from its resource graph, a dated table of
// list prices (prices.yaml) and assumptions about its use (cost.yaml in the project's root). It
// asks AWS nothing. Of this project it imports only internal/awsdata.
//
// Every resource type is either priced or free for a reason; a type that is neither is an error,
// so a new one cannot slip into the bill unseen. Free tiers and discounts are left out: the
// estimate uses list prices, and is too high rather than too low.
package cost
