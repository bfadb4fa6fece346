"""Runs the linters on template.yaml and on what SAM makes of it, and compares their findings with exceptions.yaml. infra/cloud/lint calls it."""
import json, os, pathlib, re, subprocess, sys, tempfile

import yaml

HERE = pathlib.Path(__file__).parent
TEMPLATE = "template.yaml"
TOOLS = pathlib.Path(os.environ["TOOLS"])


def run(*command):
    """The JSON that a command prints. Linters exit with other codes than 0 when they find something."""
    done = subprocess.run([str(part) for part in command], text=True, capture_output=True)
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError:
        raise SystemExit(f"{command[0]} failed ({done.returncode}): {done.stderr.strip()[-2000:]}{done.stdout.strip()[-2000:]}")


def resource(path):
    return path[1] if len(path) > 1 and path[0] == "Resources" else "/".join(str(part) for part in path[:2])


def cfn_lint(file):
    for found in run(TOOLS / "cfn-lint/bin/cfn-lint", "--format", "json", "--regions", "eu-west-1", "us-east-1", "--template", file):
        yield "cfn-lint", found["Rule"]["Id"], resource(found["Location"]["Path"] or ["?"]), found["Message"]


def checkov(file):
    answer = run(TOOLS / "checkov/bin/checkov", "--framework", "cloudformation", "--file", file, "--output", "json", "--quiet", "--compact",
                 "--skip-download")
    for part in answer if isinstance(answer, list) else [answer]:
        if errors := part["summary"]["parsing_errors"]:
            raise SystemExit(f"checkov can't parse {file}: {errors} errors")
        for found in part["results"]["failed_checks"]:
            yield "checkov", found["check_id"], found["resource"].rpartition(".")[2], found["check_name"]


def guard(file):
    for part in run(os.environ["GUARD"], "validate", "--rules", os.environ["GUARD_RULES"], "--data", file, "--show-summary", "none",
                    "--output-format", "json", "--structured"):
        for found in part["not_compliant"]:
            text = json.dumps(found)
            for name in sorted(set(re.findall(r"/Resources/(\w+)", text))):
                yield "cfn-guard", found["Rule"]["name"], name, (re.search(r"\[(CT\.[^\]]+\][^\\\"]*)", text) or ["", ""])[1]


def findings(cases):
    for found in cfn_lint(TEMPLATE):
        yield TEMPLATE, *found
    with tempfile.TemporaryDirectory() as folder:
        for case, parameters in cases.items():
            file = pathlib.Path(folder) / f"{case}.json"
            pairs = [f"{name}={value}" for name, value in (parameters or {}).items()]
            plain = run(TOOLS / "sam/bin/python", HERE / "resolve.py", TEMPLATE, *pairs)
            file.write_text(json.dumps(plain, indent=1))
            for linter in (cfn_lint, checkov, guard):
                for found in linter(file):
                    yield case, *found


def main():
    written = yaml.safe_load((HERE / "exceptions.yaml").read_text())
    allowed = {}
    for exception in written["exceptions"]:
        if not exception.get("reason"):
            raise SystemExit(f"the exception of {exception['rule']} has no reason")
        for name in exception["resources"]:
            allowed[exception["tool"], exception["rule"], name] = False
    count, unexpected = 0, []
    for case, tool, rule, name, message in findings(written["cases"]):
        count += 1
        if (tool, rule, name) in allowed:
            allowed[tool, rule, name] = True
        else:
            unexpected.append(f"{case}: {tool} {rule} {name}: {message}")
    unused = [" ".join(key) for key, is_used in allowed.items() if not is_used]
    for line in unexpected:
        print(f"no exception: {line}")
    for line in unused:
        print(f"an exception that matches nothing: {line}")
    if unexpected or unused:
        sys.exit(1)
    print(f"{count} findings in {len(written['cases'])} cases, each with one of {len(allowed)} exceptions")


if __name__ == "__main__":
    main()
