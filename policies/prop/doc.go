// Package prop reads resource properties without ever failing. It knows nothing of controls or
// stacks, and imports nothing of this project.
//
// A property may be missing, null, unknown until AWS answers, secret, wrapped in an output, or
// of another type than the schema says. The readers are total: each of those states has an
// answer, most often [Maybe], and none of them panics. No reader prints a value; Only
// [Value.Show] puts a value into a message, and it hides values that are or may be secret.
package prop
