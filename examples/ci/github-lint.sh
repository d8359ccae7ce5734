#!/usr/bin/env bash
# The step "Lint" of action.yml: one run, which writes annotations to the log, a job summary and a SARIF file.
#   github-lint.sh SECRETSLINT      with INPUT_PATH, INPUT_FAIL_ON, INPUT_ARGS, and GitHub's own variables
set -uo pipefail
tool=$1
sarif="${RUNNER_TEMP:-/tmp}/secretslint.sarif"
summary="${RUNNER_TEMP:-/tmp}/secretslint.md"
rm -f "$sarif" "$summary"
# The arguments are split at blanks on purpose, and at nothing else: no * finds files.
set -f
# shellcheck disable=SC2086
"$tool" lint --format sarif --output "$sarif" --format markdown --output "$summary" --format github \
  --fail-on "${INPUT_FAIL_ON:-error}" ${INPUT_ARGS:-} -- "${INPUT_PATH:-.}"
status=$?
if [ -s "$summary" ]; then head -c 900000 "$summary" >> "${GITHUB_STEP_SUMMARY:-/dev/null}"; fi
if [ -s "$sarif" ]; then echo "sarif=$sarif" >> "${GITHUB_OUTPUT:-/dev/null}"; fi
case $status in
  0) ;;
  1) echo "secretslint: findings of severity ${INPUT_FAIL_ON:-error} or above" ;;
  2) echo "::error::secretslint: the arguments or the configuration are wrong, or there is nothing to lint" ;;
  3) echo "::error::secretslint: something could not be rendered" ;;
  *) echo "::error::secretslint ended with status $status" ;;
esac
exit $status
