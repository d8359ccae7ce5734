#!/usr/bin/env bash
# The step "Lint" of action.yml: runs secretslint once and makes of its SARIF the annotations and the job summary. Needs jq.
#   github-lint.sh SECRETSLINT      with INPUT_PATH, INPUT_FAIL_ON, INPUT_ARGS, and GitHub's own variables
set -uo pipefail
tool=$1
sarif="${RUNNER_TEMP:-/tmp}/secretslint.sarif"
rm -f "$sarif"
# The arguments are split at blanks on purpose.
# shellcheck disable=SC2086
"$tool" lint --format sarif --output "$sarif" --fail-on "${INPUT_FAIL_ON:-error}" ${INPUT_ARGS:-} -- "${INPUT_PATH:-.}"
status=$?
if [ -s "$sarif" ]; then
  # GitHub shows ten annotations of a kind in a step; the summary and code scanning have them all.
  jq -r '
    def escaped: gsub("%"; "%25") | gsub("\r"; "%0D") | gsub("\n"; "%0A");
    def property: escaped | gsub(":"; "%3A") | gsub(","; "%2C");
    .runs[].results[] | select((.suppressions // []) == [])
    | .locations[0].physicalLocation as $place
    | (if .level == "error" then "error" elif .level == "warning" then "warning" else "notice" end) as $kind
    | "::\($kind) file=\(($place.artifactLocation.uri // "") | property),line=\($place.region.startLine // 1),col=\($place.region.startColumn // 1),title=\(.ruleId | property)::\(.message.text | escaped)"
  ' "$sarif"
  count=$(jq '[.runs[].results[] | select((.suppressions // []) == [])] | length' "$sarif")
  {
    echo "### secretslint: $count findings"
    echo
    if [ "$count" -gt 0 ]; then
      echo "| | rule | place | finding |"
      echo "|---|---|---|---|"
      jq -r '
        def cell: gsub("\n"; " ") | gsub("\\|"; "\\|");
        .runs[].results[] | select((.suppressions // []) == [])
        | .locations[0].physicalLocation as $place
        | "| \(.level) | `\(.ruleId)` | \($place.artifactLocation.uri // ""):\($place.region.startLine // 1) | \(.message.text | cell) |"
      ' "$sarif" | head -n 200
    fi
  } >> "${GITHUB_STEP_SUMMARY:-/dev/null}"
  {
    echo "sarif=$sarif"
    echo "findings=$count"
  } >> "${GITHUB_OUTPUT:-/dev/null}"
fi
case $status in
  0) ;;
  1) echo "secretslint: findings of severity ${INPUT_FAIL_ON:-error} or above" ;;
  2) echo "::error::secretslint: the arguments or the configuration are wrong, or there is nothing to lint" ;;
  3) echo "::error::secretslint: something could not be rendered" ;;
  *) echo "::error::secretslint ended with status $status" ;;
esac
exit $status
