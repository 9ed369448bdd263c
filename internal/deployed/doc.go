// Package deployed reads what the running stack has deployed so far. With it the program keeps
// what must not move, and refuses a change that AWS cannot make before anything is changed. It
// imports nothing of this project; internal/stack uses it.
//
// The Pulumi engine answers from the stack's own state, in previews and updates alike and with
// every backend. The state is as of the last update or refresh: changes made by hand since then
// are not in it.
package deployed
