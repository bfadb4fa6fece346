"""The metrics that the functions write as lines of their logs, in CloudWatch's embedded metric format, and the alarms on them."""

import collections, json, re

from stack import FUNCTIONS, REPOSITORY, expect

UNITS = {"Count", "Milliseconds", "Seconds", "None"}


def catalogue():
    """The unit and the dimensions of each metric, as docs/METRICS.md lists them."""
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (?:`(\w+)`)? ?\|", (REPOSITORY / "docs/METRICS.md").read_text(), re.MULTILINE)
    return {name: (unit, dimension) for name, unit, dimension in rows}


class Metrics:
    def __init__(self, stack):
        self.stack = stack

    def lines(self):
        found, logs = [], self.stack.all_logs()
        for function in FUNCTIONS:
            for line in logs.get(f"/{self.stack.name}/{function}", []):
                if '"_aws"' in line:
                    found.append((function, json.loads(line)))
        return found

    def points(self):
        """(name, dimensions, value) of every line, as CloudWatch would take them."""
        return [point[:3] for point in self.timed_points()]

    def timed_points(self):
        """The same, with the time in seconds."""
        for _, line in self.lines():
            for directive in line["_aws"]["CloudWatchMetrics"]:
                for metric in directive["Metrics"]:
                    values = line[metric["Name"]]
                    for value in values if isinstance(values, list) else [values]:
                        for names in directive["Dimensions"] or [[]]:
                            yield metric["Name"], tuple((name, line[name]) for name in names), value, line["_aws"]["Timestamp"] / 1000

    def format(self):
        """every line of metrics has the embedded metric format, and what docs/METRICS.md lists"""
        known, seen = catalogue(), collections.Counter()
        expect(len(known) > 10, f"docs/METRICS.md has a table of metrics, {known}")
        for function, line in self.lines():
            self.check(function, line, known)
            seen.update(metric["Name"] for directive in line["_aws"]["CloudWatchMetrics"] for metric in directive["Metrics"])
        expect(seen, "there are lines of metrics")
        missing = sorted(set(known) - set(seen))
        return f"{sum(seen.values())} values of {', '.join(sorted(seen))}; not seen: {', '.join(missing) or 'none'}"

    def check(self, function, line, known):
        where = f"{function} {json.dumps(line)}"
        expect(isinstance(line["_aws"]["Timestamp"], int), f"a time in milliseconds: {where}")
        for directive in line["_aws"]["CloudWatchMetrics"]:
            expect(directive["Namespace"] == self.stack.name, f"the namespace is the stack's name: {where}")
            expect(len(directive["Metrics"]) <= 100, f"at most 100 metrics: {where}")
            for names in directive["Dimensions"]:
                expect(len(names) <= 30, f"at most 30 dimensions: {where}")
                expect(
                    all(isinstance(line[name], str) and 1 <= len(line[name]) <= 1024 for name in names), f"dimensions are texts: {where}"
                )
            for metric in directive["Metrics"]:
                values = line[metric["Name"]]
                listed = values if isinstance(values, list) else [values]
                expect(0 < len(listed) <= 100 and all(type(value) in (int, float) for value in listed), f"values are numbers: {where}")
                expect(metric["Name"] in known, f"docs/METRICS.md has {metric['Name']}: {where}")
                unit, dimension = known[metric["Name"]]
                expect(metric.get("Unit", "None") == unit and unit in UNITS, f"{metric['Name']} has the unit {unit}: {where}")
                used = {name for names in directive["Dimensions"] for name in names}
                expect(used <= {dimension}, f"{metric['Name']} has the dimension {dimension or 'none'}: {where}")

    def total(self, name, **dimensions):
        """The sum of a metric over all lines."""
        wanted = tuple(dimensions.items())
        return sum(value for found, having, value in self.points() if found == name and having == wanted)

    def counts(self):
        """the metrics are the runs of the table, and what the receivers and the mail service took"""
        items = self.stack.items()
        kinds = collections.Counter(item["status"]["S"] for item in items if item["sk"]["S"].startswith("RUN#") and "status" in item)
        for status, expected in kinds.items():
            if status != "running":
                counted = self.total("Runs", Status=status)
                expect(counted == expected, f"Runs with Status={status} is {expected}, as in the table, not {counted}")
        taken = sum(message.status == 200 for message in self.stack.receiver.messages)
        mails = sum(len(account) for account in json.loads(self.stack.raw("GET", "/_ministack/ses/messages").body)["messages"].values())
        delivered = self.total("Deliveries", Outcome="delivered")
        # One mail is that with the code, which is no delivery.
        expect(
            delivered == taken + mails - 1,
            f"Deliveries with Outcome=delivered are the {taken} messages and {mails - 1} mails, not {delivered}",
        )
        return f"runs by status {dict(kinds)}, {delivered:g} deliveries"
