#!/usr/bin/env bash
# building.sh NAME USUALLY COMMAND...: runs a go build -v or go run -v, and says every five seconds how far it is and how
# long it usually takes. What it printed is shown if it fails.
set -euo pipefail
name=$1 usually=$2
shift 2
log=$(mktemp)
"$@" 2>"$log" &
building=$!
(while sleep 5; do
  compiled=$(wc -l <"$log" | tr -d ' ')
  echo "  ${SECONDS}s: $name: $compiled packages compiled (the first time it takes $usually)"
done) &
telling=$!
trap 'kill "$telling" 2>/dev/null || true; rm -f "$log"' EXIT
trap 'kill "$building" 2>/dev/null || true; exit 130' INT TERM
status=0
wait "$building" || status=$?
if [ "$status" != 0 ]; then cat "$log" >&2; fi
exit "$status"
