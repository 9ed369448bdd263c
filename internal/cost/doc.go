// Package cost estimates what a stack costs in a month, from its resource graph, a dated table of
// list prices (prices.yaml) and assumptions of its use (cost.yaml in the project's root).
//
// Every resource type is either priced or free for a reason; a type that is neither is an error,
// so that a new one cannot slip into the bill unseen. Free tiers and discounts are left out: the
// estimate is what a team pays at list price, rather too much than too little.
package cost
