"""The calls of the functions, compared with what their roles allow, and requests that the roles must refuse.

The policies are the roles' own, as CloudFormation resolves them from template.yaml. An independent implementation of IAM's evaluation
decides (simulate.mjs), with the conditions, of which the emulator lacks some keys.
"""

import collections, copy, fnmatch, json, subprocess

from proxy import TENANT
from stack import ACCOUNT, FUNCTIONS, REGION, REPOSITORY, expect

# The policies of each function's role, and of the role that the API assumes for a user (with TenantIsolation=yes).
ROLES = {
    "api": ("ApiRole", "ApiAsTenant"),
    TENANT: ("TenantRole",),
    "report-scheduler": ("ReportSchedulerRole",),
    "report-runner": ("ReportRunnerRole",),
    "webhook-delivery": ("WebhookDeliveryRole",),
}

# Why something is allowed that no function calls: a pattern of the action, one of the resource, and the reason.
NOT_CALLED = [
    ("logs:*", "*", "Lambda writes the lines that a function prints, with its role"),
    ("sqs:ReceiveMessage", "*", "Lambda polls the queue, with the function's role"),
    ("sqs:DeleteMessage", "*", "Lambda polls the queue, with the function's role"),
    ("sqs:GetQueueAttributes", "*", "Lambda polls the queue, with the function's role"),
    ("ses:SendEmail", "*:identity/example.com", "the identity is that of the address or that of its domain"),
]

# The simulator ignores keys of this form, or reads them as lists although EventBridge decides on each entry by itself. In policy and
# request they get the name of a key with the same type, one text.
RENAMED = {
    "kms:EncryptionContext:": "aws:RequestTag/context-",
    "events:source": "aws:RequestTag/events-source",
    "events:detail-type": "aws:RequestTag/events-detail-type",
}


def renamed(text):
    for key, other in RENAMED.items():
        text = text.replace(key, other)
    return text


class Policies:
    def __init__(self, stack, folder, is_brief):
        self.stack, self.folder, self.is_brief = stack, folder, is_brief
        resources, iam = stack.resources(), stack.aws("iam")
        self.documents = {}
        for function, names in ROLES.items():
            statements = []
            for name in names:
                if arn := resources.get(f"Original{name}"):
                    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
                    document = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
                    statements += (document if isinstance(document, dict) else json.loads(document))["Statement"]
            if statements:
                self.documents[function] = {"Version": "2012-10-17", "Statement": statements}
        key = stack.aws("kms").get_key_policy(KeyId=resources["SecretsKmsKey"], PolicyName="default")["Policy"]
        self.key_policy = json.loads(key)

    def decide(self, requests):
        """Whether each (document, function, action, resource, context) is allowed."""
        prepared = []
        for document, function, action, resource, context in requests:
            prepared.append(
                {
                    "policy": json.loads(renamed(json.dumps(document))),
                    "principal": f"arn:aws:sts::{ACCOUNT}:assumed-role/{function}/{function}",
                    "account": ACCOUNT,
                    "action": action,
                    "resource": resource,
                    "context": {renamed(key): value for key, value in context.items()},
                    **({"resourcePolicy": self.key_policy} if action.startswith("kms:") else {}),
                }
            )
        done = subprocess.run(
            ["node", REPOSITORY / "infra/cloud/steps/simulate.mjs", self.folder], input=json.dumps(prepared), capture_output=True, text=True
        )
        expect(done.returncode == 0, f"the simulator answers, but: {done.stderr}")
        results = json.loads(done.stdout)
        expect(
            set(results) <= {"Allowed", "ImplicitlyDenied", "ExplicitlyDenied"},
            f"the simulator decides on every request, but: {set(results)}",
        )
        return [result == "Allowed" for result in results]

    def calls(self):
        """every call that a function made is allowed by its role"""
        calls = sorted({(call.function, call.action, call.resource, call.context) for call in self.stack.recorder.calls})
        refused = [call for call in self.stack.recorder.calls if "AccessDenied" in call.error]
        expect(not refused, f"the emulator refuses no call, but {refused[:3]}")
        allowed = self.decide(
            [(self.documents[function], function, action, resource, dict(context)) for function, action, resource, context in calls]
        )
        wrong = [call for call, is_allowed in zip(calls, allowed) if not is_allowed]
        expect(not wrong, f"all are allowed, but not {wrong[:3]}")
        lines = sorted({(function, action, resource.rpartition(":")[2]) for function, action, resource, _ in calls})
        return self.summary(
            f"{len(calls)} different requests", [f"called: {function} {action} {resource}" for function, action, resource in lines]
        )

    def summary(self, what, lines):
        return what if self.is_brief else what + "".join(f"\n    {line}" for line in lines)

    def unused(self):
        """nothing is allowed that is not called, except for a reason"""
        called = collections.defaultdict(set)
        for call in self.stack.recorder.calls:
            called[call.function].add((call.action, call.resource))
        # By parameter the API makes the same calls with its own role.
        called["api"] |= called[TENANT]
        lines, wrong = [], []
        for function, document in self.documents.items():
            for action, resource in allowances(document):
                if any(fnmatch.fnmatchcase(one, action) and fnmatch.fnmatchcase(other, resource) for one, other in called[function]):
                    continue
                reason = next(
                    (why for one, other, why in NOT_CALLED if fnmatch.fnmatchcase(action, one) and fnmatch.fnmatchcase(resource, other)),
                    None,
                )
                (lines if reason else wrong).append(f"{function} {action} {resource.rpartition(':')[2]}{f': {reason}' if reason else ''}")
        expect(not wrong, "what is allowed is called, but not:" + "".join(f"\n    {line}" for line in wrong))
        return self.summary(f"{len(lines)} with a reason", [f"not called: {line}" for line in lines])

    def table(self):
        """requests that a role must refuse, and similar ones that it must allow"""
        cases = self.cases()
        results = self.decide(
            [(self.documents[function], function, action, resource, context) for _, function, action, resource, context, _ in cases]
        )
        wrong = [
            f"\n    {what}: {function} {action} {resource} {context} must be {'allowed' if expected else 'refused'}"
            for (what, function, action, resource, context, expected), result in zip(cases, results)
            if result != expected
        ]
        expect(not wrong, "".join(wrong))
        # Without the condition that demands a context, a request without one must be allowed: a list of no keys has no wrong key.
        weak = copy.deepcopy(self.documents["webhook-delivery"])
        for statement in weak["Statement"]:
            statement.get("Condition", {}).pop("Null", None)
        key = self.stack.aws("kms").describe_key(KeyId=self.stack.resources()["SecretsKmsKey"])["KeyMetadata"]["Arn"]
        expect(
            self.decide([(weak, "webhook-delivery", "kms:Decrypt", key, {})]) == [True], "the simulator notices a condition that is removed"
        )
        return self.summary(
            f"{len(cases)} cases", [f"{'allowed' if case[5] else 'refused'}: {case[1]} {case[2]}, {case[0]}" for case in cases]
        )

    def cases(self):
        resources = self.stack.resources()
        table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{resources['Table']}"
        key = self.stack.aws("kms").describe_key(KeyId=resources["SecretsKmsKey"])["KeyMetadata"]["Arn"]
        bus = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/"
        own = next(call.resource for call in self.stack.recorder.calls if call.action == "events:PutEvents")
        identity = f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/"

        def queue(name):
            return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{resources[name].rpartition('/')[2]}"

        secrets = self.stack.aws("secretsmanager")
        jwt = secrets.describe_secret(SecretId=f"{self.stack.name}/jwt-secret")["ARN"]
        model = secrets.describe_secret(SecretId=f"{self.stack.name}/model-key")["ARN"]

        def bound(**context):
            return {f"kms:EncryptionContext:{name}": value for name, value in context.items()} | {
                "kms:EncryptionContextKeys": sorted(context)
            }

        cases = []

        def case(what, function, action, resource, context, expected):
            cases.append((what, function, action, resource, context, expected))

        records = {
            "api": {"repository", "configuration", "account", "notifications"},
            "report-runner": {"repository", "account"},
            "webhook-delivery": {"configuration", "notifications"},
            "report-scheduler": set(),
        }
        if TENANT in self.documents:
            items = {"aws:PrincipalTag/user": "u1"}
            for action in ("GetItem", "Query", "PutItem", "UpdateItem", "ConditionCheckItem"):
                action = f"dynamodb:{action}"
                case("an item of the user", TENANT, action, table, items | {"dynamodb:LeadingKeys": ["USER#u1"]}, True)
                case("an item of another user", TENANT, action, table, items | {"dynamodb:LeadingKeys": ["USER#u2"]}, False)
                case(
                    "an item of a user whose id begins with this one's",
                    TENANT,
                    action,
                    table,
                    items | {"dynamodb:LeadingKeys": ["USER#u11"]},
                    False,
                )
                case(
                    "items of the user and of another",
                    TENANT,
                    action,
                    table,
                    items | {"dynamodb:LeadingKeys": ["USER#u1", "USER#u2"]},
                    False,
                )
                case("the sums over all users", TENANT, action, table, items | {"dynamodb:LeadingKeys": ["FLEET#2026-01"]}, False)
                case("a request without a key", TENANT, action, table, items, False)
                case("a session without a user", TENANT, action, table, {"dynamodb:LeadingKeys": ["USER#u1"]}, False)
            case("an item's end", TENANT, "dynamodb:DeleteItem", table, items | {"dynamodb:LeadingKeys": ["USER#u1"]}, False)
            case("the whole table", TENANT, "dynamodb:Scan", table, items, False)
            case("a secret", TENANT, "kms:Decrypt", key, bound(user="u", repository="r"), False)
        for function in FUNCTIONS:
            for record in ("repository", "configuration", "account", "notifications"):
                expected = record in records[function]
                case(f"a secret of a {record}", function, "kms:Decrypt", key, bound(user="u", **{record: "r"}), expected)
                case(
                    f"a new secret of a {record}",
                    function,
                    "kms:GenerateDataKey",
                    key,
                    bound(user="u", **{record: "r"}),
                    expected and function == "api",
                )
            case("a secret without a context", function, "kms:Decrypt", key, {}, False)
            case("a secret of no user", function, "kms:Decrypt", key, bound(repository="r"), False)
            case("a secret of an unknown kind", function, "kms:Decrypt", key, bound(user="u", invoice="i"), False)
            case("a secret under another key", function, "kms:Decrypt", key[:-4] + "0000", bound(user="u", repository="r"), False)
            case("the key's end", function, "kms:ScheduleKeyDeletion", key, {}, False)
            publishes = function == "report-scheduler"
            case("an event of this product", function, "events:PutEvents", own, {"events:source": "git-report"}, publishes)
            case("an event of AWS", function, "events:PutEvents", own, {"events:source": "aws.health"}, False)
            case("an event without a source", function, "events:PutEvents", own, {}, False)
            case("an event on another bus", function, "events:PutEvents", bus + "another", {"events:source": "git-report"}, False)
            for action in (
                "Scan",
                "BatchWriteItem",
                "PartiQLSelect",
                "PartiQLDelete",
                "DeleteTable",
                "UpdateTable",
                "ExportTableToPointInTime",
            ):
                case("the whole table", function, f"dynamodb:{action}", table, {}, False)
            case("a record", function, "dynamodb:GetItem", table, {}, True)
            case("another table", function, "dynamodb:GetItem", table + "-other", {}, False)
            case("a record's end", function, "dynamodb:DeleteItem", table, {}, function == "report-scheduler")
            case("what is due", function, "dynamodb:Query", table + "/index/due", {}, function == "report-scheduler")
            sends = function in ("api", "webhook-delivery")
            case(
                "the sender of this deployment",
                function,
                "ses:SendEmail",
                identity + "reports@example.com",
                {"ses:FromAddress": "reports@example.com"},
                sends,
            )
            case(
                "another sender of the same domain",
                function,
                "ses:SendEmail",
                identity + "example.com",
                {"ses:FromAddress": "ceo@example.com"},
                False,
            )
            case("the secret of tokens", function, "secretsmanager:GetSecretValue", jwt, {}, function == "api")
            case("the key of the model", function, "secretsmanager:GetSecretValue", model, {}, function in ("api", "report-runner"))
            case("a change of a secret", function, "secretsmanager:PutSecretValue", jwt, {}, False)
            case("a run request", function, "sqs:SendMessage", queue("RunQueue"), {}, function in ("api", "report-scheduler"))
            case("a delivery", function, "sqs:SendMessage", queue("DeliveryQueue"), {}, True)
            case("a dead letter", function, "sqs:ReceiveMessage", queue("RunDeadLetters"), {}, False)
            case("a queue's end", function, "sqs:PurgeQueue", queue("RunQueue"), {}, False)
            case("another role", function, "sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/admin", {}, False)
            case("a function", function, "lambda:InvokeFunction", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:any", {}, False)
        return cases


def allowances(document):
    """Every action with every resource that a document allows."""
    listed = []
    for statement in document["Statement"]:
        for action in aslist(statement["Action"]):
            listed += [(action, resource) for resource in aslist(statement["Resource"])]
    return sorted(set(listed))


def aslist(value):
    return value if isinstance(value, list) else [value]
