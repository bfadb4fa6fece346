"""What a schema can't express, for Schemathesis.

Three things, each as narrow as possible: values of our own formats; dependencies between two values of a request, or between a
value and a record (requests that are meant to be valid are made valid); and correct refusals of valid requests. Requests that
are meant to be invalid are not changed.
"""
import datetime, itertools, json, os, time, urllib.error, urllib.request, uuid

import schemathesis
from hypothesis import strategies as st

API = os.environ["CONTRACT_API"]
RECEIVER = os.environ["CONTRACT_RECEIVER"]
TOKEN = os.environ["CONTRACT_TOKEN"]

# The demo's records, which every local stack has.
REPOSITORY = "d0000000-0000-4000-8000-000000000002"
CONFIGURATION = "d0000000-0000-4000-8000-000000000003"
USER = "d0000000-0000-4000-8000-000000000001"
# The user whose limits are set to generated values, and the user whose account is deleted.
OTHER_USER = "d0000000-0000-4000-8000-0000000000ff"
DELETED_USER = "d0000000-0000-4000-8000-0000000000fe"

# Our own formats. -----------------------------------------------------------------------------------------------------

_words = st.from_regex(r"[a-z][a-z0-9]{0,11}", fullmatch=True)
# Addresses of hosts that can't exist (RFC 6761), with an owner and a name: valid for a repository and for a webhook.
schemathesis.openapi.format("uri", st.builds("https://{}.invalid/{}/{}".format, _words, _words, _words))
schemathesis.openapi.format("email", st.builds("{}@{}.invalid".format, _words, _words))
schemathesis.openapi.format("cron", st.builds(
    "{} {} {} {} {}".format,
    st.integers(0, 59),
    st.one_of(st.integers(0, 23).map(str), st.sampled_from(["*", "*/2", "8-18/2", "1,13"])),
    st.sampled_from(["*", "1", "15W", "L", "LW", "1-7"]),
    st.sampled_from(["*", "JAN-JUN", "2,4"]),
    st.sampled_from(["*", "MON-FRI", "FRIL", "MON#2", "0,6"]),
) | st.sampled_from(["@hourly", "@daily", "@weekly", "@monthly", "@yearly"]))
schemathesis.openapi.format("iana-timezone", st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "Etc/GMT+12"]
))
schemathesis.openapi.format("repository-path", st.lists(_words, min_size=1, max_size=3).map("/".join))
schemathesis.openapi.format("git-branch", st.lists(_words, min_size=1, max_size=3).map("/".join) | st.just("main"))


# Records. -------------------------------------------------------------------------------------------------------------

def call(method, path, body=None):
    """Makes a request as a client does, and returns its answer, which must be a success."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    request = urllib.request.Request(API + path, data=data, method=method, headers=headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or b"null")


def repository():
    return call("POST", "/repositories", {"url": f"https://github.com/octocat/{uuid.uuid4().hex}"})["id"]


def configuration():
    body = {"repository_id": REPOSITORY, "branch": "main", "schedule": "@yearly", "webhook_url": RECEIVER, "enabled": False}
    return call("POST", "/report-configurations", body)["id"]


def run():
    now = datetime.datetime.now(datetime.timezone.utc)
    window = {"from": (now - datetime.timedelta(days=1)).isoformat(), "to": now.isoformat()}
    return call("POST", f"/report-configurations/{CONFIGURATION}/run", window)["id"]


# Limits that this check does not reach, for the demo user only.
call("PUT", f"/admin/accounts/{USER}", {
    "plan": "pro", "monthly_runs_limit": 1_000_000, "max_repositories": 1_000_000, "max_reports": 1_000_000,
    "shortest_interval_minutes": 1,
})
KEPT = {"repositories": repository(), "report-configurations": configuration(), "report-runs": run()}
MADE = {"repositories": repository, "report-configurations": configuration, "report-runs": run}
run()  # So that each list has a second page.
LISTS = {"/repositories", "/report-configurations", "/report-runs"}
# Operations that end or delete their record: each of their requests gets a record of its own.
ENDING = {"deleteRepository", "deleteReportConfiguration", "cancelReportRun"}
# A model of the price list, which does not change during this check.
MODEL = call("GET", "/plans")["models"][0]["model"]
KEYS = itertools.count()
# Operations that write a report: they get the demo's configuration, whose repository is on this machine.
WRITING = ("/run", "/manual-trigger", "/test", "/test-webhook", "/recover")


def addressed(operation):
    """The id of a record for an operation that needs one of the caller's records."""
    noun = operation.path.split("/")[1]
    if operation.path.endswith(WRITING):
        return CONFIGURATION
    if operation.path.endswith("/branches"):
        return REPOSITORY
    if operation.definition.raw.get("operationId") in ENDING:
        return MADE[noun]()
    return KEPT.get(noun)


# Requests that are meant to be valid. ---------------------------------------------------------------------------------

def is_uuid(text):
    try:
        return bool(uuid.UUID(text))
    except (AttributeError, TypeError, ValueError):
        return False


def instant(text):
    try:
        return datetime.datetime.fromisoformat(text.upper().replace("Z", "+00:00"))
    except (AttributeError, ValueError):
        return None


def fit_query(operation, query):
    """A cursor belongs to its list and filters, and can't be combined with an offset; `to` is after `from`."""
    if "cursor" in query:
        if len(query) > 1:
            del query["cursor"]
        elif operation.path in LISTS:
            query["cursor"] = call("GET", f"{operation.path}?limit=1")["pagination"]["next_cursor"]
    begin, end = instant(query.get("from")), instant(query.get("to"))
    if begin is not None and end is not None and end <= begin:
        query["from"], query["to"] = query["to"], query["from"]
        if begin == end:
            del query["from"]


def is_valid(case):
    """Whether the request is meant to be valid."""
    return case.meta is not None and case.meta.generation.mode.is_positive


def fit_repositories(method, body):
    """All are the caller's, each branch is listed once, none excludes what it includes, and the first one is given twice."""
    listed = body.get("repositories") or []
    for number, entry in enumerate(listed):
        entry["repository_id"], entry["branch"] = body.get("repository_id", REPOSITORY), f"release/{number}"
    for part in [body, *listed]:
        if part.get("exclude_paths"):
            part["exclude_paths"] = [f"excluded-{number}" for number, _ in enumerate(part["exclude_paths"])]
    for name, default in (("branch", None), ("include_paths", []), ("exclude_paths", [])) if listed else ():
        if method != "PATCH" or name in body:
            body[name] = listed[0].get(name) or default


@schemathesis.hook
def before_call(context, case, kwargs):
    """Keeps the demo's records, without which no report could be written, and their path, which no other record can have.

    A link of the document copies values into a request after `map_case`: what depends on these values is made valid here.
    """
    parameters = case.path_parameters or {}
    if case.method in ("DELETE", "PUT", "PATCH") and parameters.get("id") in (REPOSITORY, CONFIGURATION):
        parameters["id"] = KEPT[case.operation.path.split("/")[1]]
    if parameters.get("user_id") in (USER, OTHER_USER):
        parameters["user_id"] = DELETED_USER if case.method == "DELETE" else OTHER_USER
    body = case.body if isinstance(case.body, dict) else {}
    if case.operation.path.startswith("/repositories") and str(body.get("url")).startswith("/"):
        # A link can copy the path of the demo's repository into a request for another one.
        body["url"] = f"https://github.com/octocat/{uuid.uuid4().hex}"
    if is_valid(case):
        fit_repositories(case.method, body)


@schemathesis.hook
def map_case(context, case):
    if not is_valid(case):
        return case
    operation = case.operation
    if case.path_parameters and "id" in case.path_parameters:
        case.path_parameters["id"] = addressed(operation) or case.path_parameters["id"]
    fit_query(operation, case.query or {})
    if (case.headers or {}).get("Idempotency-Key") and next(KEYS) % 7:
        # A key identifies one request: some keys are not changed, and the generated ones are often equal.
        case.headers["Idempotency-Key"] = f"{case.headers['Idempotency-Key'][:200]}-{next(KEYS)}"
    if (case.headers or {}).get("If-Match") and len(case.headers["If-Match"]) % 2:
        # Any other tag matches no record.
        case.headers["If-Match"] = "*"
    body = case.body if isinstance(case.body, dict) else {}
    if "repository_id" in body:
        body["repository_id"] = REPOSITORY
    fit_repositories(case.method, body)
    if isinstance(body.get("sources"), list) and "commits" not in body["sources"]:
        # Every report covers commits.
        body["sources"].append("commits")
    if body.get("webhook_url"):
        body["webhook_url"] = RECEIVER
    if isinstance(body.get("webhook_headers"), dict):
        # Some names are reserved, and only a header that exists can keep its value, at the host of its address.
        names = [f"x-generated-{number}" for number, _ in enumerate(body["webhook_headers"])]
        body["webhook_headers"] = {name: "value" for name in names} if body.get("webhook_url") else {}
    if operation.path.startswith("/repositories") and "url" in body:
        # The provider follows from a known host only, and one account has a repository once.
        body["url"] = f"https://github.com/octocat/{uuid.uuid4().hex}"
        body.pop("provider", None)
    if case.method == "PATCH":
        # Another provider needs another address, and a model that did not exist needs all of its members.
        body.pop("provider", None)
        if isinstance(body.get("model"), dict):
            body.pop("model")
    if isinstance(body.get("model"), str):
        # Only a model that exists can be chosen.
        body["model"] = MODEL
    elif isinstance(body.get("model"), dict):
        body["model"]["model"] = MODEL
    begin = instant(body.get("since"))
    if begin is not None and begin > datetime.datetime.now(datetime.timezone.utc):
        body["since"] = "2026-01-08T00:00:00.000Z"
    prices = (body.get("model") or {}).get("prices") if isinstance(body.get("model"), dict) else None
    for name, price in (prices or {}).items():
        # A price has at most 6 decimals; the generated binary fractions usually have more.
        prices[name] = round(price, 6) if isinstance(price, float) else price
    if prices and prices.get("cached_input") is not None:
        # The price of a cached token is at most that of an uncached one.
        prices["cached_input"] = prices["input"]
    if "from" in body and "to" in body:
        # The range begins in the past, and ends after it begins, at most 31 days later.
        begin = instant(body["from"])
        if begin is None or begin.tzinfo is None or begin >= datetime.datetime.now(datetime.timezone.utc):
            begin = datetime.datetime(2026, 1, 8, tzinfo=datetime.timezone.utc)
            body["from"] = begin.isoformat()
        body["to"] = (begin + datetime.timedelta(hours=1)).isoformat()
    return case


# Repeated idempotency keys. ----------------------------------------------------------------------------------------------

# The results of a POST to these paths can be deleted.
DELETED_BETWEEN = ("/repositories", "/report-configurations")


def again(request, may_wait=True):
    """Repeats the request, and returns the status and the body."""
    data = request.body.encode() if isinstance(request.body, str) else request.body
    dropped = ("content-length", "accept-encoding")
    headers = {name: value for name, value in request.headers.items() if name.lower() not in dropped}
    repeat = urllib.request.Request(request.url, data=data or b"", method=request.method, headers=headers)
    try:
        with urllib.request.urlopen(repeat, timeout=30) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        body = json.loads(error.read() or b"null")
        # The requests before may have used up the rate of redeliveries, recoveries and tests. The answer says when to
        # repeat.
        if body["code"] == "RATE_LIMITED" and may_wait:
            time.sleep(int(error.headers["Retry-After"]))
            return again(request, may_wait=False)
        return error.code, body


@schemathesis.check
def repeated_key_answers_the_same_record(ctx, response, case):
    """A POST that is repeated under its key creates nothing; after its result is deleted, it answers a documented 409."""
    if case.method != "POST" or not (case.headers or {}).get("Idempotency-Key") or not 200 <= response.status_code < 300:
        return
    first = json.loads(response.content or b"null")
    made = first.get("id")
    status, body = again(response.request)
    assert (status, body.get("id")) == (response.status_code, made), f"repeated: {status} {body}, first: {first}"
    assert "signing_secret" not in body, "a secret is shown once"
    if case.operation.path in DELETED_BETWEEN:
        call("DELETE", f"{case.operation.path}/{made}")
        status, body = again(response.request)
        assert (status, body["code"]) == (409, "IDEMPOTENCY_RESULT_DELETED"), f"repeated after its deletion: {status} {body}"
        answer = case.operation.definition.raw["responses"].get("409", {})
        while "$ref" in answer:
            answer = case.operation.schema.raw_schema["components"]["responses"][answer["$ref"].rsplit("/", 1)[1]]
        assert body["code"] in answer["content"]["application/problem+json"]["examples"], "the document names the code"


# Correct refusals. ---------------------------------------------------------------------------------------------

# Problems of requests to external servers. No other problem may have a status of 5xx.
OUTSIDE = {"REPOSITORY_UNREACHABLE", "GIT_RATE_LIMITED", "LLM_UNAVAILABLE"}


def problem(response):
    try:
        return json.loads(response.content)
    except ValueError:
        return {}


def documented(case, response, code):
    """Whether the operation documents this code for this status."""
    answer = case.operation.definition.raw["responses"].get(str(response.status_code), {})
    while "$ref" in answer:
        answer = case.operation.schema.raw_schema["components"]["responses"][answer["$ref"].rsplit("/", 1)[1]]
    return code in answer.get("content", {}).get("application/problem+json", {}).get("examples", {})


def names_unknown_repository(body, errors):
    """The example of the document has the id of a repository that does not exist."""
    pointers = [error["pointer"] for error in errors if error["detail"].startswith("The repository is unknown")]
    listed = [f"/repositories/{number}/repository_id" for number, _ in enumerate(body.get("repositories") or [])]
    return pointers in (["/repository_id"], listed) and len(errors) == len(pointers) and is_uuid(body.get("repository_id"))


def names_wrong_code(case, errors):
    """Only the owner of an e-mail address knows the code that was sent to it."""
    return case.operation.path == "/users/profile/confirm-email" and [error["pointer"] for error in errors] == ["/code"]


@schemathesis.hook
def filter_failure(context, failure, case, response):
    kind, body = type(failure).__name__, problem(response)
    code = body.get("code")
    if kind == "ServerError":
        return not (code in OUTSIDE and documented(case, response, code))
    if kind == "AcceptedNegativeData" and case.operation.path == "/report-configurations/preview":
        # A preview of invalid settings is no error: the answer lists what a request to save them would be refused for.
        return not (response.status_code == 200 and body.get("problems"))
    if kind == "RejectedPositiveData":
        if code == "INVALID_CURSOR":
            # A cursor is opaque: a schema can't express which ones are valid.
            return "cursor" not in (case.query or {})
        if code == "VALIDATION_FAILED" and isinstance(case.body, dict):
            return not (names_unknown_repository(case.body, body["errors"]) or names_wrong_code(case, body["errors"]))
    return True
