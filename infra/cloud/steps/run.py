"""Runs the steps of infra/cloud/run, which describes them. It expects to be alone in a network namespace."""

import argparse, pathlib, sys, tempfile, time, traceback

from alarms import Alarms
from leaks import Leaks
from metrics import Metrics
from policies import Policies
from reports import Walk
from stack import Failure, Stack


# What the emulator lacks, beside the resources that `emulated_template` removes and the alarms of alarms.NOT_SHOWN.
NOT_SHOWN = (
    "that AWS refuses by the keys of conditions of KMS, EventBridge, SES and DynamoDB: the second evaluator decides instead",
    "the access log, the limits of requests and the domains of API Gateway",
    "the dashboard behind CloudFront: its files are shown in their bucket",
    "gradual deployments, reserved executions and the networks of functions",
    "the fairness of queues by message group",
    "traces of X-Ray, and encryption under KmsKeyArn",
    "backups of the table, which infra/destroy leaves to AWS",
)


class Steps:
    def __init__(self):
        self.begin, self.failed = time.monotonic(), []

    def step(self, action, *arguments):
        """Runs a step and prints a line; returns whether it succeeded."""
        what, begin = action.__doc__.strip().split("\n")[0], time.monotonic()
        try:
            result = action(*arguments)
        except Failure as failure:
            print(f"FAILED {what}: {failure}", flush=True)
        except Exception:
            print(f"FAILED {what}: {traceback.format_exc()}", flush=True)
        else:
            print(f"ok {what} ({time.monotonic() - begin:.1f} s){f': {result}' if result else ''}", flush=True)
            return True
        self.failed.append(what)
        return False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--architecture", required=True)
    parser.add_argument("--tools", required=True, type=pathlib.Path)
    parser.add_argument("--only")
    arguments = parser.parse_args()
    stack = Stack(tempfile.mkdtemp(), 4598, arguments.tools)
    steps, walk = Steps(), Walk(stack)
    try:
        stack.start()
        parameters = [f"Architecture={arguments.architecture}", *([] if arguments.quick else ["Dashboard=yes", "TenantIsolation=yes"])]
        if not (steps.step(walk.prepare) and steps.step(walk.deploy, *parameters)):
            return 1
        leaks, metrics = Leaks(stack, walk), Metrics(stack)
        policies, alarms = Policies(stack, arguments.tools / "simulator", arguments.quick), Alarms(stack, metrics)
        begin = (walk.first_report, walk.test_webhook, walk.schedule, walk.mail, walk.retry, walk.own_model, walk.dead_letters)
        middle = (walk.fired, walk.mailed_notice, walk.notices)
        more = (
            walk.force_push,
            walk.slow_notice,
            walk.recount,
            walk.erasure,
            walk.dashboard,
            walk.rewritten,
            walk.rotate_jwt,
            walk.rotate_model_key,
        )
        quick = (metrics.format, metrics.counts, policies.calls, policies.table, leaks.none, leaks.inserted)
        full = (
            metrics.format,
            metrics.counts,
            policies.calls,
            policies.unused,
            policies.table,
            leaks.none,
            alarms.tested,
            leaks.inserted,
            walk.key_vault,
            walk.again,
            walk.destroy,
        )
        for action in begin + middle + quick if arguments.quick else begin + (walk.slow,) + middle + more + full:
            if not arguments.only or action.__name__ in arguments.only.split(","):
                steps.step(action)
    finally:
        if steps.failed:
            for group, lines in stack.all_logs().items():
                shown = [line[:600] for line in lines if not line.startswith(("START ", "END ", "REPORT "))]
                print(group, *shown[-40:], sep="\n  ")
            emulator = (stack.folder / "emulator.log").read_text().splitlines()
            print("the emulator", *[line[:600] for line in emulator if " ERROR " in line or " WARNING " in line][-40:], sep="\n  ")
        stack.close()
    for what in [*stack.not_emulated, *NOT_SHOWN]:
        print(f"not shown here: {what}")
    print(f"{len(steps.failed)} steps failed" if steps.failed else "the deployment works")
    return bool(steps.failed)


if __name__ == "__main__":
    sys.exit(main())
