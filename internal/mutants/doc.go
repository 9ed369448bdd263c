// Package mutants measures what the tests hold: it makes small mistakes in the code, one at a time, and
// sees whether a test fails.
//
// A [Target] names the packages to put mistakes into, and the packages whose tests have to find them. [Load] reads
// those packages with their types, [Package.Mutants] finds every mistake that the operators know, and [Draw]
// takes a seeded sample of those that compile. [Run] then works in a copy of the module, which holds all drawn mutants
// at once: a mutated function stands beside the original, and the environment variable MUTANT says which one
// runs. So each suite of tests is compiled and linked once, and not once a mutant, which for the AWS provider's
// packages is the difference between seconds and minutes. Only constants, which no running program can exchange, need
// a build each.
//
// A mutant is killed when a test fails, or when the tests take several times as long as they should; otherwise it
// survives. It is killed by golden files alone when the same tests pass with -update, which rewrites such
// files: a reviewer who accepts the difference accepts the mistake.
//
// What people alone read is not mutated: texts of errors and logs, prose, String and Error methods. Neither are
// generated files, capacities and waiting times.
package mutants
