# What infra/deploy and infra/destroy share: the tools that they call, and how they fail. To be sourced in the repository's folder.

tools=$PWD/target/cloud-tools
export PIP_DISABLE_PIP_VERSION_CHECK=1 SAM_CLI_TELEMETRY=0 AWS_PAGER=

fail() {
  printf '%s: %s\n' "$0" "$1" >&2
  exit 1
}

python_is_new() { python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# install FOLDER PACKAGE…: into a virtual environment of its own, because SAM's dependencies conflict with those of other tools.
install() {
  python_is_new || fail 'python 3.11 or later is needed, as python3 on the PATH'
  local folder=$1
  shift
  [ -x "$folder/bin/python" ] || python3 -m venv "$folder" || fail "python3 -m venv $folder fails: install python's venv module"
  "$folder/bin/pip" install --quiet "$@" || fail "pip can't install $*: check the connection to PyPI"
}

# works COMMAND: whether it can be called. That of cargo knows its version only as a part of cargo.
works() {
  case $1 in
    cargo-*) cargo "${1#cargo-}" --version ;;
    *) "$1" --version ;;
  esac >/dev/null 2>&1
}

# need COMMAND FOLDER PACKAGE…: the command of the PATH if it works, otherwise one that is installed below target/.
need() {
  local command=$1 folder=$2
  shift 2
  if works "$command"; then return; fi
  if [ ! -x "$folder/bin/$command" ]; then
    echo "$command is not on the PATH: installing it to $folder"
    install "$folder" "$@"
  fi
  export PATH="$folder/bin:$PATH"
  works "$command" || fail "$command does not work, although it is installed in $folder/bin"
}

need_account() {
  command -v curl >/dev/null || fail 'curl is needed'
  region=${AWS_REGION:-${AWS_DEFAULT_REGION:-$(aws configure get region 2>/dev/null || true)}}
  [ -n "$region" ] || fail 'no region is set: add --region REGION, or set AWS_REGION'
  export AWS_REGION=$region AWS_DEFAULT_REGION=$region
  account=$(aws sts get-caller-identity --query Account --output text 2>&1) ||
    fail "AWS does not accept the credentials: set AWS_PROFILE, or run aws configure. The answer: ${account##*$'\n'}"
}

# The status of a stack, or nothing if it does not exist.
stack_status() {
  local answer
  if answer=$(aws cloudformation describe-stacks --stack-name "$1" --query 'Stacks[0].StackStatus' --output text 2>&1); then
    if [ "$answer" != DELETE_COMPLETE ]; then echo "$answer"; fi
  elif [[ $answer != *'does not exist'* ]]; then
    fail "the stack can't be read: ${answer##*$'\n'}"
  fi
}

# check_name STACK: CloudFormation's rule.
check_name() {
  [[ $1 =~ ^[A-Za-z][A-Za-z0-9-]{0,127}$ ]] ||
    fail "'$1' is no name of a stack: a letter first, then letters, digits and hyphens, at most 128"
}
