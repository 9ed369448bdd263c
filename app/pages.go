package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/jackc/pgx/v5"
)

// view is the data of the page.
type view struct {
	Visitors            []visitor
	Next                int64
	Older               bool
	Name, Message       string
	Wrong               map[string]string
	MaxName, MaxMessage int
}

func (s *server) list(w http.ResponseWriter, r *http.Request) {
	before, ok := cursor(r.URL.Query().Get("before"))
	if !ok {
		http.Error(w, "before: expected the number of an entry", http.StatusBadRequest)
		return
	}
	s.show(w, r, http.StatusOK, view{Older: before > 0}, before)
}

// cursor reads the id from which a page goes back; empty is the latest page.
func cursor(text string) (int64, bool) {
	if text == "" {
		return 0, true
	}
	before, err := strconv.ParseInt(text, 10, 64)
	return before, err == nil && before > 0
}

func (s *server) show(w http.ResponseWriter, r *http.Request, status int, v view, before int64) {
	err := s.db.do(r.Context(), func(ctx context.Context, conn *pgx.Conn) (err error) {
		v.Visitors, v.Next, err = listVisitors(ctx, conn, before)
		return err
	})
	if err != nil {
		s.fail(w, "list_failed", err)
		return
	}
	v.MaxName, v.MaxMessage = maxName, maxMessage
	var body bytes.Buffer // an error must not leave half a page behind
	if err := page.Execute(&body, v); err != nil {
		s.fail(w, "page_failed", err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes()) // the visitor may have left
}

func (s *server) add(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		if errors.As(err, new(*http.MaxBytesError)) {
			http.Error(w, "the form is too large", http.StatusRequestEntityTooLarge)
			return
		}
		http.Error(w, "the form cannot be read", http.StatusBadRequest)
		return
	}
	name, message := tidy(r.PostForm.Get("name")), tidy(r.PostForm.Get("message"))
	if wrong := checkVisitor(name, message); len(wrong) > 0 {
		s.show(w, r, http.StatusUnprocessableEntity, view{Name: name, Message: message, Wrong: wrong}, 0)
		return
	}
	var id int64
	err := s.db.do(r.Context(), func(ctx context.Context, conn *pgx.Conn) (err error) {
		id, err = addVisitor(ctx, conn, name, message)
		return err
	})
	if err != nil {
		s.fail(w, "add_failed", err)
		return
	}
	// What people write is theirs: only the entry's number is logged.
	s.events.Info("visitor_added", slog.Int64("id", id))
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
