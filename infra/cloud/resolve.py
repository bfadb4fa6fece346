"""Prints template.yaml as CloudFormation gets it from SAM, in JSON, with given parameters: without what their conditions exclude, and with
their values in place of references to them. So linters that don't evaluate conditions see what is deployed.

    resolve.py TEMPLATE [NAME=VALUE…]

    resolve.py --versions TEMPLATE

With --versions it changes each parameter in turn, and fails if this publishes no version of a function whose description has the parameter,
or one of another function.
Needs aws-sam-cli, whose translator is the one that AWS runs. infra/cloud/lint calls it.
"""
import copy, json, logging, os, re, sys

os.environ["AWS_DEFAULT_REGION"] = "eu-west-1"
logging.disable(logging.CRITICAL)

from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

ABSENT = {"Ref": "AWS::NoValue"}


def read(path):
    with open(path) as file:
        template = yaml_parse(file.read())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            # What `sam deploy` writes after it has uploaded the folder.
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
    return template


def values(template, given):
    defaults = {name: str(parameter.get("Default", "")) for name, parameter in template["Parameters"].items()}
    if unknown := given.keys() - defaults.keys():
        raise SystemExit(f"the template has no parameter {', '.join(sorted(unknown))}")
    return defaults | given


def translated(template, parameters):
    return Translator({}, Parser()).translate(copy.deepcopy(template), parameter_values=dict(parameters))


class Resolver:
    """Replaces what the parameters decide."""

    def __init__(self, template, parameters):
        self.conditions, self.parameters = template.get("Conditions", {}), parameters

    def holds(self, condition):
        if isinstance(condition, str):
            return self.holds(self.conditions[condition])
        (function, arguments), = condition.items()
        if function == "Condition":
            return self.holds(arguments)
        if function == "Fn::Equals":
            left, right = (self.resolve(argument) for argument in arguments)
            return str(left) == str(right)
        if function == "Fn::Not":
            return not self.holds(arguments[0])
        if function in ("Fn::And", "Fn::Or"):
            return (all if function == "Fn::And" else any)(self.holds(argument) for argument in arguments)
        raise SystemExit(f"the function {function} of a condition is unknown: add it to resolve.py")

    def texts(self, text):
        """A text of Fn::Sub with the values of parameters in it."""
        return re.sub(r"\$\{(\w+)\}", lambda found: self.parameters.get(found[1], found[0]), text)

    def resolve(self, part):
        if isinstance(part, list):
            return [found for found in map(self.resolve, part) if found != ABSENT]
        if not isinstance(part, dict):
            return part
        if len(part) == 1:
            (function, argument), = part.items()
            if function == "Ref" and argument in self.parameters:
                return self.parameters[argument]
            if function == "Fn::If":
                return self.resolve(argument[1 if self.holds(argument[0]) else 2])
            if function == "Fn::Sub" and isinstance(argument, str):
                text = self.texts(argument)
                return {"Fn::Sub": text} if "${" in text else text
            if function == "Fn::Split" and isinstance(text := self.resolve(argument[1]), str):
                return text.split(argument[0])
            if function == "Fn::Sub":
                text, variables = self.texts(argument[0]), self.resolve(argument[1])
                return {"Fn::Sub": [text, variables]} if "${" in text else text
        resolved = {name: self.resolve(value) for name, value in part.items()}
        return {name: value for name, value in resolved.items() if value != ABSENT}


def resolved(path, given):
    template = read(path)
    parameters = values(template, given)
    plain = translated(template, parameters)
    resolver = Resolver(plain, parameters)
    kept = {}
    for section in ("Resources", "Outputs"):
        kept[section] = {name: resolver.resolve({key: value for key, value in entry.items() if key != "Condition"})
                         for name, entry in plain[section].items()
                         if "Condition" not in entry or resolver.holds(entry["Condition"])}
    return {"AWSTemplateFormatVersion": "2010-09-09", "Description": plain["Description"], **kept}


def versions(path):
    template = read(path)
    functions = [name for name, resource in template["Resources"].items() if resource["Type"] == "AWS::Serverless::Function"]

    def of(given):
        names = translated(template, values(template, given))["Resources"]
        return {function: next(name for name in names if name.startswith(f"{function}Version")) for function in functions}

    first, failures = of({}), 0
    for name, parameter in template["Parameters"].items():
        choices = [str(choice) for choice in parameter.get("AllowedValues", ["changed"]) if choice != parameter.get("Default")]
        if not choices:
            continue
        published = {function for function, version in of({name: choices[-1]}).items() if version != first[function]}
        named = {function for function in functions
                 if {"Ref": name} in template["Resources"][function]["Properties"]["Description"]["Fn::Select"][1]}
        if published != named:
            print(f"{name} changes {sorted(named)}, but publishes a version of {sorted(published)}")
            failures += 1
    return failures


if __name__ == "__main__":
    if sys.argv[1] == "--versions":
        sys.exit(versions(sys.argv[2]) > 0)
    else:
        print(json.dumps(resolved(sys.argv[1], dict(pair.split("=", 1) for pair in sys.argv[2:])), indent=1))
