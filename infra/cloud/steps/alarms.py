"""The alarms of the template, raised by the tests of docs/runbooks.

The commands of a test run as they are written, against the emulator. The emulator evaluates alarms without their dimensions, periods
and missing values, so this file evaluates them by CloudWatch's documented rules, on the values that the functions, the tests and the
emulator have written. `sleep` in a test moves the time of the evaluation forward instead of waiting.
"""

import collections, datetime, json, re, time, urllib.parse

import yaml

from outside import Handler, Server
from stack import REPOSITORY, Loader, expect

Point = collections.namedtuple("Point", "namespace name dimensions value time")

NOT_SHOWN = {
    "api-5xx": "the emulator has no metrics of API Gateway",
    "throttles": "it needs eleven minutes of ticks that are refused",
    "table-throttles": "the emulator has no alarms on expressions, of which a copy could be made",
    "table-errors": "as table-throttles",
    "api-version": "the emulator has no gradual deployments",
    "report-scheduler-version": "as api-version",
    "report-runner-version": "as api-version",
    "webhook-delivery-version": "as api-version",
    "certificate-expiry": "the deployment has no domain of its own",
}
# What was raised before its test, and why.
BEFORE = {"recount-drift": "by the counter that the recount has corrected"}
# The state of an alarm that is raised, where it is another.
RAISED = {"recount-missing": "INSUFFICIENT_DATA"}
# Real seconds of a sleep, at most: enough for a message to become a dead letter.
SLEEP_SECONDS_MAX = 12

PREAMBLE = r"""
set -uo pipefail
. infra/cloud/runbook.sh
sleep() {
  echo $(($(cat "$CLOCK") + $1)) > "$CLOCK"
  command sleep "$(($1 < SLEEP_MAX ? $1 : SLEEP_MAX))"
}
aws() {
  if [ "${1-} ${2-}" = 'cloudwatch put-metric-data' ]; then
    python3 -c 'import json, sys; print(json.dumps([int(sys.argv[1]), *sys.argv[2:]]))' "$(cat "$CLOCK")" "$@" >> "$POINTS"
  fi
  # The first version of the command line has an address of its own for SQS.
  command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"
}
every_minute() {
  local times=$1
  shift
  for _ in $(seq "$times"); do
    "$@" || return
    echo $(($(cat "$CLOCK") + 60)) > "$CLOCK"
  done
}
alarm() { curl --silent --show-error "$ALARMS/$1?offset=$(cat "$CLOCK")"; }
"""


def tests():
    """The commands of each runbook's test, by the alarm's name."""
    found = {}
    for page in sorted((REPOSITORY / "docs/runbooks").glob("*.md")):
        for section in re.split(r"^## ", page.read_text(), flags=re.MULTILINE)[1:]:
            if commands := re.search(r"\*\*Test it\*\*.*?```sh\n(.*?)```", section, re.DOTALL):
                found[section.split("\n")[0].strip()] = commands[1]
    return found


class Alarms:
    def __init__(self, stack, metrics):
        self.stack, self.metrics = stack, metrics
        self.resources = stack.resources()
        self.parameters = {item["ParameterKey"]: item["ParameterValue"] for item in stack.described()["Parameters"]}
        template = yaml.load((REPOSITORY / "template.yaml").read_text(), Loader)
        self.alarms = {}
        for resource in template["Resources"].values():
            if resource["Type"] == "AWS::CloudWatch::Alarm":
                properties = resource["Properties"]
                name = properties["AlarmName"]["Fn::Sub"].removeprefix("${AWS::StackName}-")
                self.alarms[name] = properties
        self.points_file, self.clock = stack.folder / "points", stack.folder / "clock"
        alarms = self

        class Answers(Handler):
            def do_GET(self):
                url = urllib.parse.urlsplit(self.path)
                offset = int(urllib.parse.parse_qs(url.query)["offset"][0])
                name = url.path.strip("/")
                state = alarms.state(name, alarms.began + offset)
                alarms.asked.append((name, state))
                self.answer(200, f"{state}\n".encode())

        self.asked = []
        self.server = Server(Answers)

    # The values.

    def points(self):
        namespace = self.stack.name
        found = [
            Point(namespace, name, frozenset(dimensions), value, instant)
            for name, dimensions, value, instant in self.metrics.timed_points()
        ]
        if self.points_file.exists():
            for line in self.points_file.read_text().splitlines():
                found += self.written(*json.loads(line))
        return found

    def written(self, at, *command):
        """The values of an `aws cloudwatch put-metric-data`, as runbook.sh writes them. `at` is the instant, in seconds."""
        namespace = command[command.index("--namespace") + 1]
        for text in command[command.index("--metric-data") + 1 :]:
            dimensions = frozenset(re.findall(r"\{Name=(\w+),Value=(\w+)\}", text))
            fields = dict(re.findall(r"(MetricName|Value)=([\w.]+)", text.split(",Dimensions")[0]))
            yield Point(namespace, fields["MetricName"], dimensions, float(fields["Value"]), at)

    def values(self, metric, begin, end):
        """The values of a metric in a part of time."""
        namespace, name = self.resolved(metric["Namespace"]), metric["MetricName"]
        dimensions = frozenset((item["Name"], self.resolved(item["Value"])) for item in metric.get("Dimensions", []))
        if namespace == "AWS/SQS":
            return self.queue_values(name, dict(dimensions)["QueueName"], end)
        if namespace.startswith("AWS/"):
            return self.emulator_values(namespace, name, dimensions, begin, end)
        return [
            point.value
            for point in self.loaded
            if (point.namespace, point.name, point.dimensions) == (namespace, name, dimensions) and begin <= point.time < end
        ]

    def queue_values(self, name, queue, end):
        """What SQS measures, from the messages that are in the queue now."""
        answer = json.loads(self.stack.raw("GET", "/_ministack/sqs/messages").body)
        messages = [message for message in every(answer, "SentTimestamp") if queue in message["queue"]]
        if name == "ApproximateNumberOfMessagesVisible":
            return [sum(message["IsVisible"] for message in messages)]
        return [max((end - message["SentTimestamp"] for message in messages), default=0)]

    def emulator_values(self, namespace, name, dimensions, begin, end):
        def instant(seconds):
            return datetime.datetime.fromtimestamp(seconds, datetime.UTC)

        answer = self.stack.aws("cloudwatch").get_metric_statistics(
            Namespace=namespace,
            MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in sorted(dimensions)],
            StartTime=instant(begin),
            EndTime=instant(end),
            Period=60,
            Statistics=["Sum"],
        )
        return [point["Sum"] for point in answer["Datapoints"]]

    # The rules.

    def state(self, name, now):
        """The alarm's state at an instant: ALARM, OK, or what CloudWatch has if the data is missing."""
        alarm, self.loaded = self.alarms[name], self.points()
        length = (
            alarm["Period"]
            if "Period" in alarm
            else next(part["MetricStat"]["Period"] for part in alarm["Metrics"] if "MetricStat" in part)
        )
        complete = int(now // length) * length
        # The period that has begun counts too, but not what is still missing from it.
        states, figure = [self.state_at(alarm, length, complete)], self.figure(alarm, complete, complete + length)
        if alarm["ComparisonOperator"] != "LessThanThreshold":
            states.append(self.state_at(alarm, length, complete + length))
        elif figure is not None and not self.breaches(alarm, figure):
            states = [self.state_at(alarm, length, complete + length)]
        return "ALARM" if "ALARM" in states else states[-1]

    def state_at(self, alarm, length, end):
        count = alarm["EvaluationPeriods"]
        missing = alarm.get("TreatMissingData", "missing")
        results = []
        for period in range(count):
            figure = self.figure(alarm, end - (period + 1) * length, end - period * length)
            if figure is None:
                results.append({"breaching": True, "notBreaching": False}.get(missing))
            else:
                results.append(self.breaches(alarm, figure))
        if sum(result is True for result in results) >= alarm.get("DatapointsToAlarm", count):
            return "ALARM"
        return "INSUFFICIENT_DATA" if all(result is None for result in results) else "OK"

    def breaches(self, alarm, figure):
        threshold = float(self.resolved(alarm["Threshold"]))
        return {
            "GreaterThanOrEqualToThreshold": figure >= threshold,
            "LessThanThreshold": figure < threshold,
            "LessThanOrEqualToThreshold": figure <= threshold,
        }[alarm["ComparisonOperator"]]

    def figure(self, alarm, begin, end):
        if "Metrics" not in alarm:
            return statistic(alarm.get("Statistic") or alarm["ExtendedStatistic"], self.values(alarm, begin, end))
        parts = {
            part["Id"]: statistic(part["MetricStat"]["Stat"], self.values(part["MetricStat"]["Metric"], begin, end))
            for part in alarm["Metrics"]
            if "MetricStat" in part
        }
        return evaluated(next(part["Expression"] for part in alarm["Metrics"] if "Expression" in part), parts)

    def resolved(self, value):
        match value:
            case {"Ref": "AWS::StackName"}:
                return self.stack.name
            case {"Ref": name}:
                return self.parameters.get(name) or self.resources[name]
            case {"Fn::GetAtt": [name, "QueueName"]}:
                return self.resources[name].rpartition("/")[2]
        return value

    # The tests.

    def tested(self):
        """the tests of the runbooks raise their alarms, which were not raised before"""
        listed, lines, wrong = tests(), [], []
        self.stack.invoke("report-scheduler", {"job": "recount"})
        expect(set(listed) == set(self.alarms), f"each alarm has a test, and each test an alarm: {set(listed) ^ set(self.alarms)}")
        for name, commands in listed.items():
            if name in NOT_SHOWN:
                lines.append(f"\n    not shown here: {name}, {NOT_SHOWN[name]}")
                continue
            # Those of earlier steps, and of tests whose message is no run and no delivery.
            for queue in ("RunDeadLetters", "DeliveryDeadLetters", "SlowDeliveryDeadLetters"):
                self.stack.aws("sqs").purge_queue(QueueUrl=self.resources[queue])
            raised = RAISED.get(name, "ALARM")
            before = self.state(name, time.time())
            after, output = self.run(name, commands)
            lines.append(f"\n    {name}: {before}, then {after}{f', {BEFORE[name]}' if name in BEFORE else ''}")
            if after != raised or (before == raised and name not in BEFORE):
                wrong.append(f"\n    {name}: {before}, then {after}: {output[-600:]}")
        expect(not wrong, "".join(wrong))
        return "".join(lines)

    def run(self, name, commands):
        self.clock.write_text(f"{0}\n")
        self.points_file.write_text("")
        self.asked.clear()
        self.began = int(time.time())
        settings = {
            "STACK": self.stack.name,
            "CLOCK": str(self.clock),
            "POINTS": str(self.points_file),
            "SLEEP_MAX": str(SLEEP_SECONDS_MAX),
            "ALARMS": f"http://127.0.0.1:{self.server.server_port}",
        }
        # Offsets are counted from the test's begin.
        preamble = PREAMBLE.replace("int(sys.argv[1])", f"int(sys.argv[1]) + {self.began}")
        done = self.stack.run("bash", "-c", preamble + commands, environment=settings)
        output = done.stdout + done.stderr
        if "rehearse" in commands:
            return ("ALARM" if "reached the state ALARM" in done.stdout else f"exit code {done.returncode}"), output
        return next((state for asked, state in self.asked if asked == name), "the test does not ask for its state"), output


def every(value, key, queue=""):
    """The messages in the emulator's answer, each with its queue."""
    if isinstance(value, dict):
        if key in value:
            yield value | {"queue": queue}
        else:
            for name, inner in value.items():
                yield from every(inner, key, f"{queue} {name}")
    elif isinstance(value, list):
        for inner in value:
            yield from every(inner, key, queue)


def statistic(name, values):
    if name == "SampleCount":
        return len(values) or None
    if not values:
        return None
    if found := re.fullmatch(r"p(\d+)", name):
        return sorted(values)[min(len(values) - 1, int(len(values) * int(found[1]) / 100))]
    return {"Sum": sum, "Maximum": max, "Minimum": min, "Average": lambda listed: sum(listed) / len(listed)}[name](values)


def evaluated(expression, parts):
    """A metric of other metrics: no value where one that it needs has none, or where it divides by zero."""

    def present(listed):
        return [value for value in listed if value is not None]

    functions = {"METRICS": lambda: list(parts.values()), "SUM": lambda listed: sum(present(listed)) if present(listed) else None}
    # Both results of IF are computed only as far as they are needed.
    conditional = re.sub(r"IF\((.*?), (.*), (.*?)\)$", r"(\2) if (\1) else (\3)", expression)
    try:
        return eval(conditional, {"__builtins__": {}}, functions | parts)
    except (TypeError, ZeroDivisionError):
        return None
