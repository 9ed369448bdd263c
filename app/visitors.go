package main

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
)

// The limits of an entry, in characters. The table checks them, too.
const (
	maxName    = 80
	maxMessage = 500
	pageSize   = 20
)

// visitor is an entry of the book.
type visitor struct {
	ID        int64
	Name      string
	Message   string
	VisitedAt time.Time
}

// checkVisitor returns the mistakes of an entry by field; none when it can be stored.
func checkVisitor(name, message string) map[string]string {
	wrong := map[string]string{}
	switch length := utf8.RuneCountInString(name); {
	case length == 0:
		wrong["name"] = "Please enter a name."
	case length > maxName:
		wrong["name"] = fmt.Sprintf("The name has %d characters, %d are allowed: please shorten it.", length, maxName)
	case !storable(name, ""):
		wrong["name"] = "The name has characters that cannot be shown: please remove them."
	}
	switch length := utf8.RuneCountInString(message); {
	case length > maxMessage:
		wrong["message"] = fmt.Sprintf("The message has %d characters, %d are allowed: please shorten it.", length,
			maxMessage)
	case !storable(message, "\n\t"):
		wrong["message"] = "The message has characters that cannot be shown: please remove them."
	}
	return wrong
}

// storable refuses what PostgreSQL cannot store, invalid UTF-8 and NUL, and what would only
// confuse readers: other control characters, and marks that turn the direction of text.
func storable(text, allowed string) bool {
	if !utf8.ValidString(text) {
		return false
	}
	return !strings.ContainsFunc(text, func(r rune) bool {
		return (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) && !strings.ContainsRune(allowed, r)
	})
}

// tidy converts the text of a form to the text that is stored: forms end lines with CR LF.
func tidy(text string) string {
	return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
}

func addVisitor(ctx context.Context, conn *pgx.Conn, name, message string) (id int64, err error) {
	err = conn.QueryRow(ctx, "INSERT INTO visitors (name, message) VALUES ($1, $2) RETURNING id", name, message).Scan(&id)
	return id, err
}

// listVisitors returns a page of entries, latest first, and the id to continue from (0 at the
// end). If before is not 0, all entries are older than that id. A page costs the same however far
// back it is.
func listVisitors(ctx context.Context, conn *pgx.Conn, before int64) (page []visitor, next int64, err error) {
	rows, err := conn.Query(ctx,
		"SELECT id, name, message, visited_at FROM visitors WHERE $1 = 0 OR id < $1 ORDER BY id DESC LIMIT $2", before,
		pageSize+1)
	if err != nil {
		return nil, 0, err
	}
	page, err = pgx.CollectRows(rows, pgx.RowToStructByPos[visitor])
	if err != nil {
		return nil, 0, err
	}
	if len(page) > pageSize {
		page = page[:pageSize]
		next = page[pageSize-1].ID
	}
	return page, next, nil
}
