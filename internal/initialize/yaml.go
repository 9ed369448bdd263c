package initialize

import (
	"bytes"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// document is a YAML file that is changed in place, so that its comments stay.
type document struct{ root *yaml.Node }

func parse(content []byte) (*document, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(content, &root); err != nil {
		return nil, err
	}
	if len(root.Content) != 1 || root.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("found no mapping at the top")
	}
	return &document{&root}, nil
}

func (d *document) bytes() ([]byte, error) {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(d.root); err != nil {
		return nil, err
	}
	return out.Bytes(), encoder.Close()
}

// find returns the position of a key's value in a mapping, -1 if it is not there.
func find(mapping *yaml.Node, key string) int {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return i + 1
		}
	}
	return -1
}

// set gives the value at a path, and makes the mappings on the way. Of a list it takes the first element.
func (d *document) set(value any, path ...string) error {
	var node yaml.Node
	if err := node.Encode(value); err != nil {
		return err
	}
	at := d.root.Content[0]
	for i, key := range path {
		if at.Kind == yaml.SequenceNode {
			if len(at.Content) == 0 {
				return fmt.Errorf("%s: the list is empty", strings.Join(path[:i], "."))
			}
			at = at.Content[0]
		}
		found := find(at, key)
		if found < 0 {
			at.Content = append(at.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key},
				&yaml.Node{Kind: yaml.MappingNode})
			found = len(at.Content) - 1
		}
		at = at.Content[found]
	}
	node.HeadComment, node.LineComment, node.FootComment = at.HeadComment, at.LineComment, at.FootComment
	if at.Kind == node.Kind {
		node.Style = at.Style // "12 digits" stay quoted, [lists] stay on their line
	}
	*at = node
	return nil
}

// remove takes a key out, if it is there.
func (d *document) remove(path ...string) {
	at := d.root.Content[0]
	for _, key := range path[:len(path)-1] {
		found := find(at, key)
		if found < 0 {
			return
		}
		at = at.Content[found]
	}
	if found := find(at, path[len(path)-1]); found >= 0 {
		at.Content = append(at.Content[:found-1], at.Content[found+1:]...)
	}
}

// rename gives the keys of the project's namespace, below config, the new project's.
func (d *document) rename(from, to string) {
	found := find(d.root.Content[0], "config")
	if found < 0 {
		return
	}
	mapping := d.root.Content[0].Content[found]
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if rest, ok := strings.CutPrefix(mapping.Content[i].Value, from+":"); ok {
			mapping.Content[i].Value = to + ":" + rest
		}
	}
}
