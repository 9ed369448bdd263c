// Package mutants measures how much of the code's behaviour the tests hold: it makes small mistakes in
// the code, one at a time, and sees whether a test fails. It knows nothing of AWS and imports nothing
// of this project; cmd/mutants runs it.
//
// A [Target] names the packages to put mistakes into, and the packages whose tests have to find them. [Load] reads
// those packages with their types, [Package.Mutants] finds every mistake that the operators know, and [Draw] takes a
// seeded sample of those that compile. [Run] then works in a copy of the module, which holds all drawn mutants at
// once: a mutated function stands beside the original, and the environment variable MUTANT selects the one that runs.
// Each test suite is therefore compiled and linked once, not once per mutant, which for the AWS provider's packages is
// the difference between seconds and minutes. Only constants, which a running program cannot change, need a build for
// each mutant.
//
// The tests near a mistake run first: those in test files of its file's name, then those subtests that are named
// after a text in its file, such as the rule that a table of tests goes through. The processor's time of each part is
// bounded.
//
// A mutant is killed when a test fails, or when the tests take several times as long as they should; otherwise it
// survives. It is killed only by golden files when the same tests pass with -update, which rewrites such files: a
// reviewer who accepts the difference accepts the mistake.
//
// Text that only people read is not mutated: errors, logs, prose, String and Error methods, the ids of statements in a
// policy, and addresses of pages that a field Link names. Neither are generated files, capacities and waiting times.
package mutants
