package sdkschema

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// ReadNode reads the properties of resource types that a program may leave out and that the provider
// then answers by itself: Optional and Computed in its own schema. It takes them from the type
// declarations of the Node.js SDK, unpacked below a directory, where such a property is optional
// as an input and not as an output, nested ones included. The Go SDK does not tell lists,
// maps and blocks apart in this way. Values are the kinds of the properties.
func ReadNode(dir string, types []string) (map[string]map[string]Kind, error) {
	n := node{}
	for into, file := range map[*map[string]map[string]field]string{&n.inputs: "input.d.ts", &n.outputs: "output.d.ts"} {
		text, err := declarations(filepath.Join(dir, "types", file))
		if err != nil {
			return nil, err
		}
		*into = interfaces(text)
	}
	found := map[string]map[string]Kind{}
	for _, token := range types {
		module, name, ok := strings.Cut(strings.TrimPrefix(token, "aws:"), ":")
		if !ok {
			return nil, fmt.Errorf("%s is not a type of the AWS provider", token)
		}
		text, err := declarations(filepath.Join(dir, filepath.FromSlash(module)+".d.ts"))
		if errors.Is(err, fs.ErrNotExist) {
			continue // a few files have names of their own, such as ipset for IPSet
		}
		if err != nil {
			return nil, err
		}
		own := map[string]Kind{}
		n.compare(own, "", fields(block(text, "export interface "+name+"Args {")),
			fields(block(text, "export declare class "+name+" extends pulumi.CustomResource {")), 0)
		found[token] = own
	}
	return found, nil
}

// node is the nested types of the SDK, by namespace and name.
type node struct {
	inputs, outputs map[string]map[string]field
}

// field is a property as the SDK declares it.
type field struct {
	optional bool
	of       string
}

// deepest is the depth to which blocks are followed: the statements of WAF contain each other.
const deepest = 5

func (n node) compare(found map[string]Kind, path string, inputs, outputs map[string]field, depth int) {
	for name, in := range inputs {
		out, both := outputs[name]
		if !both {
			continue
		}
		if in.optional && !out.optional {
			found[path+name] = kindOf(out.of)
		}
		i, o := nested.FindStringSubmatch(in.of), nested.FindStringSubmatch(out.of)
		if i != nil && o != nil && depth < deepest {
			n.compare(found, path+name+".", n.inputs[i[1]], n.outputs[o[1]], depth+1)
		}
	}
}

var (
	comment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	nested  = regexp.MustCompile(`\b(?:inputs|outputs)\.(\w+\.\w+)`)
	member  = regexp.MustCompile(`(?m)^ +(?:readonly )?(\w+)(\?)?: `)
	space   = regexp.MustCompile(`(?m)^export declare namespace (\w+) \{$`)
	named   = regexp.MustCompile(`(?m)^    interface (\w+) \{$`)
)

func declarations(file string) (string, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read the Node.js SDK: %w", err)
	}
	return comment.ReplaceAllString(string(content), ""), nil
}

// interfaces returns the nested types in a file of namespaces.
func interfaces(text string) map[string]map[string]field {
	found := map[string]map[string]field{}
	for _, at := range space.FindAllStringSubmatchIndex(text, -1) {
		namespace := text[at[2]:at[3]]
		body := text[at[1]:]
		if end := strings.Index(body, "\n}"); end >= 0 {
			body = body[:end]
		}
		for _, at := range named.FindAllStringSubmatchIndex(body, -1) {
			own := body[at[1]:]
			if end := strings.Index(own, "\n    }"); end >= 0 {
				own = own[:end]
			}
			found[namespace+"."+body[at[2]:at[3]]] = fields(own)
		}
	}
	return found
}

// block returns the text between the braces of a declaration.
func block(text, start string) string {
	_, rest, _ := strings.Cut(text, start)
	body, _, _ := strings.Cut(rest, "\n}")
	return body
}

// fields returns the properties in a block. A type ends at the semicolon outside of its braces.
func fields(body string) map[string]field {
	found := map[string]field{}
	for {
		at := member.FindStringSubmatchIndex(body)
		if at == nil {
			return found
		}
		name, optional := body[at[2]:at[3]], at[4] >= 0
		rest, depth, end := body[at[1]:], 0, 0
		for end < len(rest) && (rest[end] != ';' || depth > 0) {
			switch rest[end] {
			case '{':
				depth++
			case '}':
				depth--
			}
			end++
		}
		of := rest[:end]
		found[name] = field{optional: optional || strings.HasSuffix(of, "| undefined>"), of: of}
		body = rest[end:]
	}
}

func kindOf(of string) Kind {
	of = strings.TrimSuffix(strings.TrimPrefix(of, "pulumi.Output<"), ">")
	switch {
	case strings.HasSuffix(of, "[]"):
		return List
	case strings.HasPrefix(of, "{"):
		return Map
	case strings.HasPrefix(of, "outputs."):
		return Object
	case of == "number":
		return Number
	case of == "boolean":
		return Flag
	default:
		return Text
	}
}

// FormatAnswered returns the content of answered.txt.
func FormatAnswered(header string, found map[string]map[string]Kind) string {
	var b strings.Builder
	b.WriteString(header)
	for _, token := range slices.Sorted(maps.Keys(found)) {
		b.WriteString(token)
		for _, path := range slices.Sorted(maps.Keys(found[token])) {
			fmt.Fprintf(&b, " %s:%s", path, found[token][path])
		}
		b.WriteString("\n")
	}
	return b.String()
}
