"""Runs calls of the AWS CLI, one a line, in one process: each start of the CLI takes a second."""

import contextlib
import io
import json
import os
import sys

from awscli.clidriver import create_clidriver

os.chdir(sys.argv[1])
for line in sys.stdin:
    said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            code = create_clidriver().main(json.loads(line))
        except SystemExit as end:
            code = end.code
    said.flush()
    answer = {"code": code or 0, "out": said.buffer.getvalue().decode(errors="replace")}
    print(json.dumps(answer), file=sys.__stdout__, flush=True)
