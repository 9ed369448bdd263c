// Package retrying configures retries of AWS calls for functions that nobody waits for: they should wait
// rather than fail. Only the functions below lambda import it.
package retrying
