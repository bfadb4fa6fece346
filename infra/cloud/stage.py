"""Prints what a stage of samconfig.toml sets for a deployment, with the parameters of the command line merged into its own.

    stage.py FILE STAGE TEMPLATE [NAME=VALUE…]

The first line is `stack=` and the name of the stack, the second `region=` and the region (each may be empty), and the others are the
parameters, NAME=VALUE. FILE may be absent if STAGE is empty. Parameters that the template does not have are an error, because SAM
ignores them.
"""

import pathlib, re, shlex, sys, tomllib


def stage_parameters(file, stage):
    if not stage:
        return {}
    if not file.exists():
        raise SystemExit(f"there is no {file}: omit --stage and set the parameters with --parameter, or create it with sam deploy --guided")
    stages = tomllib.loads(file.read_text())
    if not isinstance(stages.get(stage), dict):
        known = ", ".join(name for name, value in stages.items() if isinstance(value, dict))
        raise SystemExit(f"{file} has no stage '{stage}'. It has: {known or 'no stage'}")
    both = [stages[stage].get(command, {}).get("parameters", {}) for command in ("global", "deploy")]
    return both[0] | both[1]


def overrides(value):
    if isinstance(value, dict):
        return {name: str(text) for name, text in value.items()}
    parts = value if isinstance(value, list) else shlex.split(value)
    return dict(pair(part) for part in parts)


def pair(text):
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise SystemExit(f"'{text}' is no parameter: NAME=VALUE is expected")
    return name, value


def template_parameters(template):
    """Their names: the keys of the section, which are indented by two spaces."""
    section = re.search(r"^Parameters:\n((?:  .*\n|\n)+)", template.read_text(), re.MULTILINE)
    return re.findall(r"^  (\w+):", section[1] if section else "", re.MULTILINE)


def main(file, stage, template, *given):
    settings = stage_parameters(pathlib.Path(file), stage)
    parameters = overrides(settings.get("parameter_overrides", {})) | dict(map(pair, given))
    known = template_parameters(pathlib.Path(template))
    if unknown := [name for name in parameters if name not in known]:
        raise SystemExit(f"{template} has no parameter {', '.join(unknown)}. It has: {', '.join(known)}")
    print(f"stack={settings.get('stack_name', '')}")
    print(f"region={settings.get('region', '')}")
    for name, value in parameters.items():
        print(f"{name}={value}")


if __name__ == "__main__":
    main(*sys.argv[1:])
