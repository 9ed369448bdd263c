package bulk

// envelope is the number of bytes of a document in a request besides its source: the action
// line's fixed text and two line ends.
const envelope = len(`{"create":{"_index":"","_id":""}}`) + 2

// size is exact as long as index name and id need no escaping in JSON, which holds for both.
func (i *item) size() int {
	return envelope + len(i.document.Index) + len(i.document.ID) + len(i.document.Source)
}

// split takes as many items from the front as fit into maxBytes, at least one.
func split(items []item, maxBytes int) (chunk, rest []item) {
	total := 0
	for i := range items {
		total += items[i].size()
		if total > maxBytes && i > 0 {
			return items[:i], items[i:]
		}
	}
	return items, nil
}

// encode writes the body of a bulk request: an action line and a source line per document.
func encode(chunk []item) []byte {
	total := 0
	for i := range chunk {
		total += chunk[i].size()
	}
	body := make([]byte, 0, total)
	for i := range chunk {
		document := &chunk[i].document
		body = append(body, `{"create":{"_index":"`...)
		body = append(body, document.Index...)
		body = append(body, `","_id":"`...)
		body = append(body, document.ID...)
		body = append(body, "\"}}\n"...)
		body = append(body, document.Source...)
		body = append(body, '\n')
	}
	return body
}
