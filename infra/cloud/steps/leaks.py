"""Searches everything that AWS shows of a deployment for its secrets."""

import base64, json, urllib.parse

from stack import FUNCTIONS, expect


def shown(stack, walk):
    """What can be read, by where it was read: without the secrets themselves, which Secrets Manager shows to those who may read it."""
    found, resources = {}, stack.resources()
    lambdas, formation = stack.aws("lambda"), stack.aws("cloudformation")
    for function in FUNCTIONS:
        name = resources[stack.logical(function)]
        found[f"function {function}"] = lambdas.get_function_configuration(FunctionName=name)
        found[f"versions of {function}"] = lambdas.list_versions_by_function(FunctionName=name)
        found[f"triggers of {function}"] = lambdas.list_event_source_mappings(FunctionName=name)
    found["stack"] = stack.described()
    found["stack's resources"] = formation.list_stack_resources(StackName=stack.name)
    found["stack's events"] = formation.describe_stack_events(StackName=stack.name)
    for stage in ("Original", "Processed"):
        found[f"template, {stage.lower()}"] = formation.get_template(StackName=stack.name, TemplateStage=stage)
    for change in formation.list_change_sets(StackName=stack.name)["Summaries"]:
        found[f"change set {change['ChangeSetName']}"] = formation.describe_change_set(
            StackName=stack.name, ChangeSetName=change["ChangeSetName"]
        )
    for group, lines in stack.all_logs().items():
        found[f"log {group}"] = lines
    found["events on the bus"] = walk.events()
    for queue in [name for name, address in resources.items() if "DeadLetters" in name and address.startswith("http")]:
        found[f"queue {queue}"] = stack.aws("sqs").receive_message(QueueUrl=resources[queue], MaxNumberOfMessages=10, VisibilityTimeout=0)
    found["table"] = stack.items()
    found["metrics"] = stack.aws("cloudwatch").list_metrics()
    found["rules"] = stack.aws("events").list_rules()
    for user in walk.users:
        for path in ("/repositories", "/report-configurations", "/report-runs", "/users/profile", "/notices"):
            found[f"answer to {path}"] = stack.call("GET", path, token=user.token).body
    # A mail with a code is sent by a call; what else is in calls of AWS must be encrypted.
    found["calls of AWS"] = [body for body in stack.recorder.bodies if "FromEmailAddress" not in body]
    return {place: text(value) for place, value in found.items()}


def text(value):
    return json.dumps(
        value, default=lambda other: other.decode(errors="replace") if isinstance(other, bytes) else str(other), ensure_ascii=False
    )


def forms(secret):
    """The spellings in which a secret could be shown."""
    data = secret.encode()
    quoted = json.dumps(secret)[1:-1]
    return {
        secret,
        secret.removeprefix("whsec_"),
        quoted,
        urllib.parse.quote(secret, safe=""),
        data.hex(),
        base64.b64encode(data).decode().rstrip("="),
        base64.urlsafe_b64encode(data).decode().rstrip("="),
    }


def search(places, secrets):
    return sorted(
        (place, name)
        for place, content in places.items()
        for name, secret in secrets.items()
        if any(form in content for form in forms(secret))
    )


class Leaks:
    """The search in a stack. Each of `filled` must have content, so that the search is not one of nothing."""

    def __init__(self, stack, walk, functions=FUNCTIONS, others=("events on the bus", "table")):
        self.stack, self.walk = stack, walk
        self.filled = [f"log /{stack.name}/{function}" for function in functions] + list(others)

    def none(self):
        """no secret is in a function's configuration, a log, an event, a template, an output, the table or an answer"""
        places = shown(self.stack, self.walk)
        empty = [place for place in self.filled if len(places.get(place, "")) <= 2]
        expect(not empty, f"each of {self.filled} has content, but {empty} has not")
        found = search(places, self.walk.secrets)
        expect(not found, f"no secret is found, but {found}")
        return f"{len(self.walk.secrets)} secrets, {len(places)} places, {sum(map(len, places.values()))} characters"

    def inserted(self):
        """the search finds a secret that is put into a log, a configuration, an event and the table"""
        stack, secret = self.stack, self.walk.secret("inserted secret")
        name = stack.resources()["ApiFunction"]
        variables = stack.aws("lambda").get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        stack.aws("lambda").update_function_configuration(FunctionName=name, Environment={"Variables": variables | {"OTHER": secret}})
        logs, group = stack.aws("logs"), f"/{stack.name}/api"
        logs.create_log_stream(logGroupName=group, logStreamName="inserted")
        encoded = base64.b64encode(secret.encode()).decode()
        logs.put_log_events(
            logGroupName=group, logStreamName="inserted", logEvents=[{"timestamp": stack.now_ms(), "message": f"key={encoded}"}]
        )
        entry = {"Source": "git-report", "DetailType": "inserted", "Detail": json.dumps({"url": f"https://localhost/?{secret}"})}
        stack.aws("events").put_events(Entries=[entry | {"EventBusName": bus} for bus in self.walk.buses()])
        stack.aws("dynamodb").put_item(
            TableName=stack.output("TableName"), Item={"pk": {"S": "INSERTED"}, "sk": {"S": "X"}, "bytes": {"B": secret.encode()}}
        )
        found = {place for place, _ in search(shown(stack, self.walk), {"inserted secret": secret})}
        expected = {"function api", f"log {group}", "events on the bus", "table"}
        expect(expected <= found, f"found in {sorted(expected)}, but only in {sorted(found)}")
