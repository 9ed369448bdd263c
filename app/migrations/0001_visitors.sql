CREATE TABLE visitors (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80),
  message text NOT NULL CHECK (char_length(message) <= 500),
  visited_at timestamptz NOT NULL DEFAULT now()
);
