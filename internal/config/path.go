package config

import (
	"regexp"
	"strconv"
	"strings"
)

// path is the place of a value, as the Pulumi CLI writes it with --path:
// aws-webapp:services[0].environment.LOG_LEVEL.
type path string

// root returns the path above the keys of a namespace.
func root(namespace string) path { return path(namespace + ":") }

// key of an object that the program knows.
func (p path) key(name string) path {
	if strings.HasSuffix(string(p), ":") {
		return p + path(name)
	}
	return p + "." + path(name)
}

// index of a list.
func (p path) index(i int) path { return p + path("["+strconv.Itoa(i)+"]") }

var plainKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]{0,99}$`)

// entry of a map, whose key may be any string.
func (p path) entry(name string) path {
	if plainKey.MatchString(name) && looksSecret("", name) == "" {
		return p.key(name)
	}
	return p + path("["+quote(name)+"]")
}

// outward lists the path and everything that contains it.
func (p path) outward() []path {
	paths := []path{p}
	for i, letter := range p {
		if letter == '.' || letter == '[' {
			paths = append(paths, p[:i])
		}
	}
	return paths
}
