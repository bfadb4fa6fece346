"""The emulator of AWS, the stack that is deployed to it, and requests to it."""

import copy, dataclasses, http.client, json, os, pathlib, shutil, string, subprocess, time

import boto3
import botocore.config
import yaml

from outside import Authority, GitHost, Model, Receiver
from proxy import Recorder

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
REGION = "eu-west-1"
ACCOUNT = "000000000000"
FUNCTIONS = ("api", "report-scheduler", "report-runner", "webhook-delivery")
# In the folder of the template, because what it names is relative to it.
EMULATED_TEMPLATE = f".template.{os.getpid()}.yaml"
# Types of resources that the emulator does not have.
NOT_EMULATED = {"AWS::Events::Archive"}


class Failure(Exception):
    """What was expected and what happened instead."""


def expect(condition, message):
    if not condition:
        raise Failure(message)


def wait_for(what, check, seconds=60, pause=0.3):
    """The first true result of `check`."""
    until = time.monotonic() + seconds
    while True:
        found = check()
        if found:
            return found
        expect(time.monotonic() < until, f"{what}: expected within {seconds} s")
        time.sleep(pause)


class Loader(yaml.SafeLoader):
    """Reads the short forms of CloudFormation's functions as the long ones."""


def long_form(loader, tag, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        if tag == "GetAtt":
            value = value.split(".", 1)
    else:
        value = (loader.construct_sequence if isinstance(node, yaml.SequenceNode) else loader.construct_mapping)(node, deep=True)
    return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}


Loader.add_multi_constructor("!", long_form)


def statements(part):
    """The statements of a policy in a template, also those below conditions."""
    if isinstance(part, dict) and "Effect" in part:
        yield part
    elif isinstance(part, (dict, list)):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from statements(inner)


def emulate(statement):
    """Adapts a statement to the requests as the emulator sees them: without the condition keys of KMS, EventBridge and SES, without an
    identity of SES, and with an action for batches, which AWS does not have. policies.py evaluates the original."""
    actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
    if "sqs:SendMessage" in actions:
        statement["Action"] = [*actions, "sqs:SendMessageBatch"]
    if any(action.startswith(("kms:", "events:", "ses:", "dynamodb:")) for action in actions):
        statement.pop("Condition", None)
    if "ses:SendEmail" in actions:
        statement["Resource"] = "*"


def with_arns(part, secrets):
    """A part of a template with other references to secrets: of these the emulator returns the name, and AWS the ARN."""
    if isinstance(part, list):
        return [with_arns(inner, secrets) for inner in part]
    if not isinstance(part, dict):
        return part
    if part.get("Ref") in secrets:
        return {"Fn::GetAtt": [part["Ref"], "Id"]}
    return {name: with_arns(inner, secrets) for name, inner in part.items()}


def emulated_template(text, endpoints, variables):
    """The template for the emulator, and what it lacks of the real one.

    `endpoints` is where each function calls AWS, by the function's name. `variables` are set for every function."""
    template, removed, filled = yaml.load(text, Loader), [], set()
    secrets = [name for name, resource in template["Resources"].items() if resource["Type"] == "AWS::SecretsManager::Secret"]
    template = with_arns(template, secrets)
    for name, resource in list(template["Resources"].items()):
        kind, properties = resource["Type"], resource.get("Properties", {})
        if kind in NOT_EMULATED:
            removed.append(f"{name} ({kind})")
            del template["Resources"][name]
        if kind == "AWS::CloudWatch::Alarm" and "Metrics" in properties:
            removed.append(f"{name} (an alarm on an expression of metrics)")
            del template["Resources"][name]
        if properties.get("GenerateSecretString", {}).get("ExcludePunctuation"):
            properties["GenerateSecretString"]["ExcludeCharacters"] = string.punctuation
        if kind in ("AWS::IAM::Role", "AWS::IAM::Policy"):
            # An unattached copy, from which the real policy is read as CloudFormation resolves it.
            documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [properties])]
            for document in documents:
                original = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": copy.deepcopy(document)}}
                template["Resources"][f"Original{name}"] = original | {key: resource[key] for key in ("Condition",) if key in resource}
                for statement in statements(document):
                    emulate(statement)
        if kind == "AWS::Serverless::Function":
            function = properties["CodeUri"].strip("/").rpartition("/")[2]
            properties["Environment"]["Variables"] |= {"AWS_ENDPOINT_URL": endpoints[function]} | variables
            filled.add(function)
            for event in properties.get("Events", {}).values():
                if "ScalingConfig" in event["Properties"]:
                    # The emulator accepts only numbers where CloudFormation accepts a reference to a number.
                    event["Properties"]["ScalingConfig"] = {"MaximumConcurrency": 10}
    expect(filled == set(FUNCTIONS), f"the template has the functions {FUNCTIONS}, found {sorted(filled)}")
    return yaml.safe_dump(template, sort_keys=False, width=1000), removed


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict
    body: object

    def expect(self, status, what):
        expect(self.status == status, f"{what}: expected {status}, the answer is {self.status} {self.body}")
        return self.body


class Stack:
    """A deployment, and everything around it. `close` ends the processes and deletes the files."""

    def __init__(self, folder, port, tools, name="git-report"):
        self.folder, self.port, self.tools, self.name = pathlib.Path(folder), port, tools, name
        self.endpoint = f"http://localhost:{port}"
        self.authority = Authority(folder)
        self.git, self.receiver = GitHost(self.authority), Receiver()
        self.model = Model()
        self.recorder = Recorder(port, REGION, ACCOUNT)
        self.environment = {
            **os.environ,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "SAM_CLI_TELEMETRY": "0",
            "AWS_PAGER": "",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        # Also for SAM and the AWS command line, which would use what a home folder configures.
        for variable in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
            self.environment.pop(variable, None)
        self.emulator = None
        self.clients = {}

    def start(self):
        # Without AWS_ENDPOINT_URL of its own, the emulator leaves that of each function, which is the function's proxy.
        settings = {
            "AUTH": "true",
            "BIND_HOST": "127.0.0.1",
            "IOT_MTLS_ENABLED": "0",
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_HOST": "localhost",
            "MINISTACK_REGION": REGION,
            # Where it unpacks the functions: not where an emulator of another run does.
            "TMPDIR": str(self.folder),
        }
        log = open(self.folder / "emulator.log", "w")
        self.emulator = subprocess.Popen(
            [f"{self.tools}/bin/ministack"], cwd=self.folder, env=self.environment | settings, stdout=log, stderr=subprocess.STDOUT
        )

        def healthy():
            expect(self.emulator.poll() is None, f"the emulator runs, but it ended: {(self.folder / 'emulator.log').read_text()[-2000:]}")
            try:
                return self.raw("GET", "/_ministack/health").status == 200
            except OSError:
                return False

        wait_for("the emulator's health", healthy)
        endpoints = {function: f"http://localhost:{self.recorder.port_for(function)}" for function in FUNCTIONS}
        # A function that may reach this machine trusts the machine's authorities, of which this variable is the list.
        variables = {"ALLOW_LOOPBACK": "true", "SSL_CERT_FILE": str(self.authority.file)}
        template, self.not_emulated = emulated_template((REPOSITORY / "template.yaml").read_text(), endpoints, variables)
        (REPOSITORY / EMULATED_TEMPLATE).write_text(template)

    def close(self):
        if self.emulator and self.emulator.poll() is None:
            self.emulator.terminate()
            try:
                self.emulator.wait(20)
            except subprocess.TimeoutExpired:
                self.emulator.kill()
        (REPOSITORY / EMULATED_TEMPLATE).unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *command, text=None, environment=None):
        """A command of the repository, as a user would run it."""
        environment = self.environment | {"AWS_ENDPOINT_URL": self.endpoint} | (environment or {})
        return subprocess.run(command, cwd=REPOSITORY, env=environment, input=text, capture_output=True, text=True, timeout=600)

    def deploy(self, *arguments):
        done = self.run(
            "infra/deploy", "--stack", self.name, "--no-build", "--template", EMULATED_TEMPLATE, *arguments, environment={"BUILD": "no"}
        )  # of the dashboard, which is built already
        expect(
            done.returncode == 0,
            f"infra/deploy {' '.join(arguments)} ends with 0, not {done.returncode}:\n{done.stdout[-3000:]}\n{done.stderr}",
        )
        return done.stdout

    def aws(self, service):
        if service not in self.clients:
            settings = botocore.config.Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
            self.clients[service] = boto3.client(
                service,
                endpoint_url=self.endpoint,
                region_name=REGION,
                aws_access_key_id="test",
                aws_secret_access_key="test",
                config=settings,
            )
        return self.clients[service]

    def secret_text(self, name):
        return self.aws("secretsmanager").get_secret_value(SecretId=name)["SecretString"]

    def sibling(self, name):
        """Another stack in the same account, with the same world around it."""
        other = copy.copy(self)
        other.name = name
        return other

    def described(self):
        return self.aws("cloudformation").describe_stacks(StackName=self.name)["Stacks"][0]

    def output(self, name):
        found = [output["OutputValue"] for output in self.described().get("Outputs", []) if output["OutputKey"] == name]
        expect(found, f"the stack has the output {name}")
        return found[0]

    def resources(self):
        """The physical ids by logical ids."""
        pages = self.aws("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self.name)
        return {item["LogicalResourceId"]: item["PhysicalResourceId"] for page in pages for item in page["StackResourceSummaries"]}

    def logical(self, function):
        return "".join(part.capitalize() for part in function.split("-")) + "Function"

    def raw(self, method, path, body=None, headers=None, host=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body=body, headers={"Host": host or f"localhost:{self.port}", **(headers or {})})
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return Answer(answer.status, dict(answer.getheaders()), data)

    def call(self, method, path, body=None, token=None, **headers):
        """A request to the API, through its gateway."""
        api = self.output("ApiUrl").removeprefix("https://").split(".")[0]
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = None
        if body is not None:
            data = json.dumps(body)
            headers["Content-Type"] = "application/json"
        answer = self.raw(method, path, data, headers, host=f"{api}.execute-api.localhost:{self.port}")
        try:
            answer.body = json.loads(answer.body)
        except ValueError:
            answer.body = answer.body.decode(errors="replace")
        return answer

    def invoke(self, function, event):
        """The function's answer to an event, as its trigger would send it."""
        name = self.resources()[self.logical(function)]
        answer = self.aws("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
        body = answer["Payload"].read().decode()
        expect("FunctionError" not in answer, f"{function} answers the event {event}, but it fails: {body}")
        return json.loads(body)

    def all_logs(self):
        """The lines of each log group, oldest first."""
        logs, lines = self.aws("logs"), {}
        for page in logs.get_paginator("describe_log_groups").paginate():
            for group in page["logGroups"]:
                name = group["logGroupName"]
                events = [event for page in logs.get_paginator("filter_log_events").paginate(logGroupName=name) for event in page["events"]]
                lines[name] = [event["message"] for event in sorted(events, key=lambda event: event["timestamp"])]
        return lines

    @staticmethod
    def now_ms():
        return int(time.time() * 1000)

    def items(self):
        """All items of the table."""
        pages = self.aws("dynamodb").get_paginator("scan").paginate(TableName=self.output("TableName"), ConsistentRead=True)
        return [item for page in pages for item in page["Items"]]
