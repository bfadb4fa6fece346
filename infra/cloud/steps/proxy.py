"""A proxy between each function and the emulator of AWS, which records the calls as requests that IAM decides on.

Each function has a port of its own, so that a call is known to be that function's. Nothing is changed: signatures stay valid, because
the `Host` that is signed is forwarded. Answers are not kept, because some contain secrets.
"""

import dataclasses, http.client, json, re, threading, urllib.parse

from outside import Handler, Server


# Who makes the calls of the API that are signed with the role for one user's items.
TENANT = "api for a user"


@dataclasses.dataclass(frozen=True)
class Call:
    function: str
    action: str
    resource: str
    context: tuple  # of (condition key, value or tuple of values)
    status: int
    error: str


class Recorder:
    def __init__(self, emulator_port, region, account):
        self.emulator_port, self.region, self.account = emulator_port, region, account
        self.calls, self.bodies, self.lock = [], [], threading.Lock()
        # The user of each session of the role that the API assumes for a user, by the session's key.
        self.tenants = {}

    def port_for(self, function):
        """Starts the function's proxy."""
        recorder = self

        class Proxy(Handler):
            def do_POST(self):
                recorder.forward(function, self)

            do_GET = do_POST

        return Server(Proxy).server_port

    def forward(self, function, request):
        body = request.body()
        connection = http.client.HTTPConnection("127.0.0.1", self.emulator_port, timeout=60)
        headers = {name: value for name, value in request.headers.items() if name.lower() != "connection"}
        connection.putrequest(request.command, request.path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        self.record(function, request, body, answer.status, data)
        request.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                request.send_header(name, value)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data)

    def record(self, function, request, body, status, data):
        sent, answered = parsed(body), parsed(data)
        error = str(answered.get("__type", "")).rpartition("#")[2] if status >= 400 else ""
        target = request.headers.get("X-Amz-Target", "")
        requests = self.requests(target, request.path, sent, answered)
        signer = re.search(r"Credential=(\w+)/", request.headers.get("Authorization", ""))
        if user := self.tenants.get(signer and signer[1]):
            function = TENANT
            requests = [(action, resource, context | {"aws:PrincipalTag/user": user}) for action, resource, context in requests]
        if b"Action=AssumeRole&" in body:
            form = dict(urllib.parse.parse_qsl(body.decode()))
            tags = {"aws:RequestTag/user": form["Tags.member.1.Value"], "aws:TagKeys": ("user",)}
            requests = [(f"sts:{action}", form["RoleArn"], tags) for action in ("AssumeRole", "TagSession")]
            if key := re.search(rb"<AccessKeyId>(\w+)<", data):
                self.tenants[key[1].decode()] = form["Tags.member.1.Value"]
        with self.lock:
            self.bodies.append(body.decode(errors="replace"))
            for action, resource, context in requests:
                self.calls.append(Call(function, action, resource, tuple(sorted(context.items())), status, error))

    def arn(self, service, rest):
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"

    def requests(self, target, path, sent, answered):
        """What IAM decides on: each action with its resource, and the condition keys that the policies use."""
        service, _, operation = target.partition(".")
        match service:
            case "DynamoDB_20120810":
                return self.table_requests(operation, sent)
            case "AmazonSQS":
                # SQS has no permission for the batch of an action.
                queue = urllib.parse.urlsplit(sent["QueueUrl"]).path.rpartition("/")[2]
                return [(f"sqs:{operation.removesuffix('Batch')}", self.arn("sqs", queue), {})]
            case "AWSEvents":
                return [
                    (
                        f"events:{operation}",
                        self.bus(entry.get("EventBusName", "default")),
                        {"events:source": entry["Source"], "events:detail-type": entry["DetailType"]},
                    )
                    for entry in sent["Entries"]
                ]
            case "TrentService":
                bound = sent.get("EncryptionContext", {})
                context = {f"kms:EncryptionContext:{name}": value for name, value in bound.items()}
                key = answered.get("KeyId", sent.get("KeyId", ""))
                return [(f"kms:{operation}", key, context | {"kms:EncryptionContextKeys": tuple(sorted(bound))})]
            case "secretsmanager":
                return [(f"secretsmanager:{operation}", sent["SecretId"], {})]
        if path == "/v2/email/outbound-emails":
            sender = sent["FromEmailAddress"]
            return [("ses:SendEmail", self.arn("ses", f"identity/{sender}"), {"ses:FromAddress": sender})]
        return [(f"unknown:{target or path}", "*", {})]

    def bus(self, name):
        return name if name.startswith("arn:") else self.arn("events", f"event-bus/{name}")

    def table_requests(self, operation, sent):
        parts = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem", "Get": "GetItem"}
        if operation in ("TransactWriteItems", "TransactGetItems"):
            return [self.table_request(parts[kind], part) for item in sent["TransactItems"] for kind, part in item.items()]
        if operation in ("BatchGetItem", "BatchWriteItem"):
            return [self.table_request(operation, {"TableName": name}) for name in sent["RequestItems"]]
        return [self.table_request(operation, sent)]

    def table_request(self, operation, sent):
        table = self.arn("dynamodb", f"table/{sent['TableName']}")
        index = f"/index/{sent['IndexName']}" if "IndexName" in sent else ""
        key = leading_key(sent)
        return f"dynamodb:{operation}", table + index, {"dynamodb:LeadingKeys": (key,)} if key else {}


def leading_key(sent):
    """The partition key of the item or the query, if it is that of the table."""
    for item in (sent.get("Key"), sent.get("Item")):
        if item:
            return next(iter(item.get("pk", {}).values()), None)
    if "IndexName" in sent or "KeyConditionExpression" not in sent:
        return None
    names, values = sent.get("ExpressionAttributeNames", {}), sent.get("ExpressionAttributeValues", {})
    for name, value in re.findall(r"(#?\w+) *= *(:\w+)", sent["KeyConditionExpression"]):
        if names.get(name, name) == "pk":
            return values[value]["S"]
    return None


def parsed(data):
    try:
        value = json.loads(data)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
