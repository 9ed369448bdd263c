package catalog

// CountEntries counts the entries of all tables, including a type that is in two.
func CountEntries() int {
	n := 0
	for _, table := range tables {
		n += len(table)
	}
	return n
}
