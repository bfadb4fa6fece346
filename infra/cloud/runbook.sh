# What the commands of docs/runbooks use. To be sourced in the repository's folder, with the name of the stack:
#
#     STACK=git-report . infra/cloud/runbook.sh
#
# Needs the AWS command line with credentials for the stack, its region, and python 3.11.

: "${STACK:?set STACK to the name of the stack}"
export AWS_PAGER=

# output NAME: an output of the stack.
output() {
  aws cloudformation describe-stacks --stack-name "$STACK" --output text --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue | [0]"
}

# alarm NAME: an alarm's state, and its reason.
alarm() {
  aws cloudwatch describe-alarms --alarm-names "$STACK-$1" --output text --query 'MetricAlarms[].[StateValue, StateReason]'
}

# insights GROUP QUERY [HOURS]: the answer of CloudWatch Logs Insights for the last hours [3], a field a line. GROUP is `api`,
# `report-scheduler`, `report-runner`, `webhook-delivery` or `access`.
insights() {
  local group="/$STACK/$1" id now
  [ "$1" != access ] || group="/aws/vendedlogs/$STACK/access"
  now=$(date +%s)
  id=$(aws logs start-query --log-group-name "$group" --start-time $((now - ${3:-3} * 3600)) --end-time "$now" --query-string "$2" \
    --output text --query queryId) || return
  local status
  while status=$(aws logs get-query-results --query-id "$id" --output text --query status); do
    case $status in
      Complete) break ;;
      Scheduled | Running) sleep 2 ;;
      *) echo "the query is $status" >&2; return 1 ;;
    esac
  done
  aws logs get-query-results --query-id "$id" --output text --query "results[][?field!='@ptr'][].[field, value]"
}

# datapoint NAME UNIT VALUE [DIMENSION=VALUE]: writes a value of a metric as the functions do: as a whole, and split up.
datapoint() {
  local all="MetricName=$1,Unit=$2,Value=$3"
  aws cloudwatch put-metric-data --namespace "$STACK" --metric-data "$all" ${4:+"$all,Dimensions=[{Name=${4%%=*},Value=${4#*=}}]"}
}

# every_minute TIMES COMMAND…: for an alarm on several minutes.
every_minute() {
  local times=$1
  shift
  for _ in $(seq "$times"); do
    "$@" || return
    sleep 60
  done
}

# invoke NAME EVENT: calls the function of an output, as the queues and schedules do, and prints its answer.
invoke() {
  local event answer
  event=$(mktemp) answer=$(mktemp)
  printf '%s' "$2" > "$event"
  aws lambda invoke --function-name "$(output "$1"):live" --payload "fileb://$event" "$answer" --output text --query 'FunctionError || `answered`'
  cat "$answer"
  echo
  rm -f "$event" "$answer"
}
