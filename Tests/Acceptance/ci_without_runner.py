"""Runs what CI systems get from us without the CI systems: action.yml, the GitLab template and the pre-commit hook.

    ci_without_runner.py SECRETSLINT [ROW...]

The shell steps are run as the runners run them (bash -eo pipefail, their variables and files), on a clean repository, one with findings, one that
cannot be rendered, paths with spaces, hostile input. `docker` is a stub that takes note of its calls. Steps that use other actions are checked for a
full commit and for inputs that these actions have. pre-commit runs for real where it is installed (a row that says so is skipped else).
Needs PyYAML and git. Not covered: the actions that are used, the upload to code scanning, what GitHub and GitLab make of the files.
"""
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TOOL = os.path.abspath(sys.argv[1])
WANTED = sys.argv[2:]
WORK = os.path.realpath(tempfile.mkdtemp(prefix="secretslint ci-"))
# Inputs of the actions that are used, as their action.yml declares them.
KNOWN_INPUTS = {
    "actions/cache": {"path", "key", "restore-keys", "upload-chunk-size", "enableCrossOsArchive", "fail-on-cache-miss", "lookup-only", "save-always"},
    "actions/checkout": {"repository", "ref", "token", "path", "fetch-depth", "persist-credentials", "sparse-checkout", "clean", "submodules", "lfs"},
    "github/codeql-action/upload-sarif": {"sarif_file", "checkout_path", "ref", "sha", "token", "matrix", "category", "wait-for-processing"},
}


def load(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as text:
        return yaml.safe_load(text)


ACTION = load("action.yml")
UNRENDERABLE = {"app/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n", "app/templates/x.yaml": "kind: {{ required \"give it\" .Values.x }}\n"}
BROKEN_CLASS = (
    "apiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\nmetadata: {name: creds, namespace: shop}\nspec:\n  provider: aws\n  parameters:\n"
    "    region: eu-central-1\n    objects: |\n      - objectName: \"production/web\"\n        objectType: \"secretsmanagerr\"\n")


def repository(name, source=None, files=None):
    top = os.path.join(WORK, name)
    if source:
        shutil.copytree(os.path.join(ROOT, source), top)
    for path, text in (files or {}).items():
        full = os.path.join(top, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as out:
            out.write(text)
    return top


def below(directory, files):
    return {directory + "/" + path: text for path, text in files.items()}


# MARK: GitHub

def value(expression, contexts):
    """An expression of a workflow: names, texts, ==, !=, &&, ||, always()."""
    def operand(match):
        word = match[0]
        if word.startswith("'"):
            return repr(word[1:-1])
        at = contexts
        for part in word.split("."):
            at = at.get(part) if isinstance(at, dict) else None
        return repr("" if at is None else at)

    text = re.sub(r"always\(\)", "True", expression)
    text = re.sub(r"'[^']*'|\b(?:inputs|runner|steps|github)(?:\.[\w-]+)+", operand, text)
    return eval(text.replace("&&", " and ").replace("||", " or "), {"__builtins__": {}})  # texts of our own file


def filled(text, contexts):
    return re.sub(r"\$\{\{(.*?)\}\}", lambda m: str(value(m[1].strip(), contexts)), str(text))


class GitHubRun:
    """The steps of the action, one after the other, in a workspace."""

    def __init__(self, workspace, inputs=None, event=None):
        self.workspace = workspace
        self.temp = tempfile.mkdtemp(prefix="runner temp-", dir=WORK)
        inputs = {**{name: str(spec.get("default", "")) for name, spec in ACTION["inputs"].items()}, "binary": TOOL, **(inputs or {})}
        self.contexts = {"inputs": inputs, "runner": {"temp": self.temp, "os": "Linux", "arch": "X64"}, "github": {}, "steps": {}}
        # Where the runner unpacks the action; a blank in the path breaks what is not quoted.
        self.action = os.path.join(self.temp, "the action")
        os.symlink(ROOT, self.action)
        self.summary, self.log, self.status, self.used, self.docker = "", "", 0, [], []
        event_path = os.path.join(self.temp, "event.json")
        with open(event_path, "w", encoding="utf-8") as out:
            json.dump(event or {}, out)
        self.variables = {
            "CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_ACTION_PATH": self.action, "GITHUB_WORKSPACE": workspace, "GITHUB_EVENT_PATH": event_path,
            "GITHUB_EVENT_NAME": "pull_request" if event else "push", "RUNNER_TEMP": self.temp, "HOME": self.temp, "LANG": "C.UTF-8",
            "PATH": self.stub() + ":/usr/local/bin:/usr/bin:/bin",
        }
        for step in ACTION["runs"]["steps"]:
            condition = filled(step["if"], self.contexts) if "${{" in step.get("if", "") else step.get("if", "True")
            wanted = bool(value(condition, self.contexts)) and (self.status == 0 or "always()" in condition)
            if wanted:
                self.step(step)

    def stub(self):
        """A docker that notes what it is asked, and whose `cp` gives the program."""
        directory = os.path.join(self.temp, "stub bin")
        os.makedirs(directory)
        with open(os.path.join(directory, "docker"), "w", encoding="utf-8") as out:
            out.write("#!/bin/bash\nprintf '%s\\n' \"$(printf '%q ' \"$@\")\" >> \"$RUNNER_TEMP/docker.log\"\n"
                      "case $1 in create) echo 0123abcd ;; cp) cp '" + TOOL + "' \"$3\" ;; esac\n")
        os.chmod(os.path.join(directory, "docker"), 0o755)
        return directory

    def step(self, step):
        if "uses" in step:
            self.used.append((step["uses"], {key: filled(text, self.contexts) for key, text in step.get("with", {}).items()}))
            return
        files = {name: os.path.join(self.temp, name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV")}
        for path in files.values():
            open(path, "w", encoding="utf-8").close()
        script = os.path.join(self.temp, "step.sh")
        with open(script, "w", encoding="utf-8") as out:
            out.write(filled(step["run"], self.contexts))
        environment = {**self.variables, **files, **{key: filled(text, self.contexts) for key, text in step.get("env", {}).items()}}
        done = subprocess.run(["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script], cwd=self.workspace, env=environment, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, check=False)
        self.log += done.stdout + done.stderr
        self.status = self.status or done.returncode
        self.summary += open(files["GITHUB_STEP_SUMMARY"], encoding="utf-8").read()
        outputs = dict(line.split("=", 1) for line in open(files["GITHUB_OUTPUT"], encoding="utf-8").read().splitlines())
        if "id" in step:
            self.contexts["steps"][step["id"]] = {"outputs": outputs}

    def output(self, name):
        return filled(ACTION["outputs"][name]["value"], self.contexts)

    def annotations(self):
        """(kind, properties, message) of each annotation in the log."""
        found = []
        for line in self.log.splitlines():
            match = re.match(r"\s*::(error|warning|notice)(?: (.*?))?::(.*)", line)
            if match:
                pairs = dict(part.split("=", 1) for part in (match[2] or "").split(",") if part)
                found.append((match[1], {key: unescaped(text) for key, text in pairs.items()}, unescaped(match[3])))
        return found


def unescaped(text):
    for code, letter in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, letter)
    return text


def check(condition, what, run=None):
    if not condition:
        raise AssertionError(what + ("" if run is None else ": status %s\n%s" % (run.status, run.log[-1500:])))


def check_places(workspace, places):
    """Each (file, line) is in the workspace, so that the CI system can show it."""
    for path, line in places:
        full = os.path.join(workspace, path)
        check(not os.path.isabs(path) and not path.startswith("./") and os.path.isfile(full), "a file of the workspace: %r" % path)
        check(1 <= int(line) <= len(open(full, "rb").read().splitlines()), "a line of it: %s:%s" % (path, line))


def check_sarif(path, workspace):
    """The parts of SARIF 2.1.0 that code scanning asks for."""
    sarif = json.load(open(path, encoding="utf-8"))
    check(sarif["version"] == "2.1.0" and sarif["$schema"].endswith("sarif-schema-2.1.0.json") or "sarif-2.1.0" in sarif["$schema"], "version and schema")
    (run,) = sarif["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    check(run["tool"]["driver"]["name"] == "secretslint" and len(set(rules)) == len(rules), "the driver and its rules")
    places, prints = [], set()
    for result in run["results"]:
        check(result["message"]["text"] and result["level"] in ("error", "warning", "note", "none"), "message and level")
        check(rules[result["ruleIndex"]] == result["ruleId"], "ruleIndex of " + result["ruleId"])
        for location in result["locations"] + result.get("relatedLocations", []):
            physical = location["physicalLocation"]
            region = physical["region"]
            check(region["startLine"] >= 1 and region.get("startColumn", 1) >= 1 and (region.get("endLine", region["startLine"]), region.get("endColumn", 1 << 30)) >= (region["startLine"], region.get("startColumn", 1)), "region")
        first = result["locations"][0]["physicalLocation"]
        places.append((unquoted(first["artifactLocation"]["uri"]), first["region"]["startLine"]))
        prints.update((name, text, places[-1]) for name, text in result["partialFingerprints"].items())
    check_places(workspace, places)
    return run["results"]


def unquoted(uri):
    import urllib.parse
    return urllib.parse.unquote(uri)


ROWS = {}


def row(function):
    ROWS[function.__name__] = function
    return function


@row
def used_actions_are_pinned_and_named_right():
    steps = [*ACTION["runs"]["steps"], *load("examples/ci/github.yml")["jobs"]["lint"]["steps"]]
    for step in steps:
        if "uses" not in step or step["uses"].startswith("OWNER/"):
            continue
        name, _, revision = step["uses"].partition("@")
        check(re.fullmatch(r"[0-9a-f]{40}", revision), "a full commit: " + step["uses"])
        check(set(step.get("with", {})) <= KNOWN_INPUTS[name], "inputs of %s: %s" % (name, step.get("with")))
    ours = [step for step in steps if step.get("uses", "").startswith("OWNER/")]
    check(ours and set(ours[0].get("with", {})) <= set(ACTION["inputs"]), "inputs of our own action: %s" % ours)
    text = open(os.path.join(ROOT, "action.yml"), encoding="utf-8").read()
    check(set(re.findall(r"inputs\.([\w-]+)", text)) <= set(ACTION["inputs"]), "inputs that are declared")


@row
def no_expression_stands_in_a_shell_step():
    for step in ACTION["runs"]["steps"]:
        check("${{" not in step.get("run", ""), "input would be code: %s" % step.get("run"))
        check("uses" in step or step["shell"] == "bash", "a shell is named")


@row
def clean():
    run = GitHubRun(repository("clean", "examples/platform-fixed"))
    check(run.status == 0 and not [a for a in run.annotations() if a[0] == "error"], "passes without errors", run)
    check("secretslint" in run.summary, "a summary", run)
    check_sarif(run.output("sarif"), run.workspace)
    check([name for name, _ in run.used] == [step["uses"] for step in ACTION["runs"]["steps"] if "upload" in step.get("uses", "")], "only the upload: %s" % run.used)


@row
def findings():
    run = GitHubRun(repository("findings", "examples/platform"))
    check(run.status == 1 and "findings of severity error or above" in run.log, "fails", run)
    annotations = run.annotations()
    check(any(kind == "error" for kind, _, _ in annotations), "annotations", run)
    for kind in ("error", "warning", "notice"):
        check(sum(1 for a in annotations if a[0] == kind) <= 10, "no more than GitHub shows", run)
    check_places(run.workspace, [(properties["file"], properties["line"]) for _, properties, _ in annotations])
    results = check_sarif(run.output("sarif"), run.workspace)
    check(len(results) > 20 and "secret-path-env-mismatch" in run.summary and len(run.summary) < 1 << 20, "all of them in the SARIF file and the summary", run)
    # The upload happens although the job fails.
    uploads = [given for name, given in run.used if "upload-sarif" in name]
    check(uploads and uploads[0]["sarif_file"] == run.output("sarif"), "uploads: %s" % run.used, run)
    check(not [u for u in GitHubRun(run.workspace, {"upload-sarif": "false"}).used if "upload" in u[0]], "no upload where none is wanted")


@row
def levels_and_arguments():
    top = repository("levels", "examples/platform")
    check(GitHubRun(top, {"args": "--exit-zero"}).status == 0, "arguments are heard")
    check(GitHubRun(top, {"args": "--select  reloader   --statistics"}).status == 1, "several of them")
    for inputs in ({"fail-on": "eror"}, {"args": "--no-such-option"}, {"path": "nowhere"}):
        run = GitHubRun(top, inputs)
        check(run.status == 2 and "::error::secretslint: the arguments" in run.log and not run.output("sarif"), "wrong usage: %s" % inputs, run)


@row
def unrenderable():
    run = GitHubRun(repository("unrenderable", files=UNRENDERABLE))
    check(run.status in (1, 3) and "give it" in run.log, "fails and says why", run)
    check_sarif(run.output("sarif"), run.workspace)
    empty = GitHubRun(repository("empty", files={"readme": "x"}))
    check(empty.status == 2 and "::error::" in empty.log, "nothing to lint is no success", empty)


@row
def a_subdirectory_is_named_from_the_workspace():
    top = repository("sub", files=below("with space/\u00fcber, mit: Komma", {"a.yaml": BROKEN_CLASS}))
    run = GitHubRun(top, {"path": "with space"})
    check(run.status == 1, "finds", run)
    check_places(top, [(properties["file"], properties["line"]) for _, properties, _ in run.annotations() if "file" in properties])
    check(any(p.get("file") == "with space/\u00fcber, mit: Komma/a.yaml" for _, p, _ in run.annotations()), "the whole path", run)
    check(check_sarif(run.output("sarif"), top), "results")


@row
def a_pull_request_that_changes_one_file():
    top = repository("change", "examples/platform-fixed")
    subprocess.run(["git", "-C", top, "init", "-q"], check=True)
    changed = "legacy/creds.yaml"
    repository("change", files={changed: BROKEN_CLASS})
    run = GitHubRun(top, event={"pull_request": {"number": 7, "title": "$(touch hostile)", "head": {"ref": "a;touch hostile"}}})
    check(run.status == 1, "fails", run)
    errors = [properties["file"] for kind, properties, _ in run.annotations() if kind == "error"]
    check(errors and set(errors) == {changed}, "errors at the changed file only: %s" % errors, run)


@row
def only_what_a_pull_request_brings():
    upstream, top = repository("upstream", "examples/platform"), os.path.join(WORK, "pull request")
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.com"]

    def git(*words):
        subprocess.run(["git", *identity, *words], check=True, capture_output=True)

    git("-C", upstream, "init", "-q", "-b", "main")
    git("-C", upstream, "add", "-A")
    git("-C", upstream, "commit", "-qm", "with findings")
    # As the checkout step with fetch-depth 0 leaves it.
    git("clone", "-q", "file://" + upstream.replace(" ", "%20"), top)
    git("-C", top, "checkout", "-q", "--detach")
    changed = "legacy/new/creds.yaml"
    repository("pull request", files={changed: BROKEN_CLASS})
    git("-C", top, "add", "-A")
    git("-C", top, "commit", "-qm", "one file")
    run = GitHubRun(top, {"args": "--new-from origin/main"}, event={"pull_request": {"number": 7}})
    errors = {properties.get("file") for kind, properties, _ in run.annotations() if kind == "error"}
    check(run.status == 1 and errors == {changed}, "errors of the one file: %s" % errors, run)
    base = subprocess.run(["git", "-C", upstream, "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    run = GitLabRun(top, SECRETSLINT_ARGS="--new-from " + base)
    severe = {issue["location"]["path"] for issue in check_gitlab(run) if issue["severity"] == "critical"}
    check(run.status == 1 and severe == {changed}, "the same on GitLab: %s" % severe, run)
    run = GitHubRun(repository("unchanged", "examples/platform"), {"args": "--new-from origin/main"}, event={"pull_request": {"number": 7}})
    check(run.status == 2 and "::error::" in run.log, "a revision that was not fetched is no success", run)


@row
def hostile_input_is_only_text():
    top = repository("hostile", "examples/platform-fixed")
    texts = ["$(touch hostile)", "`touch hostile`", "x; touch hostile", "x\" && touch hostile #", "'; touch hostile; '", "--", "*", "x\ntouch hostile", "${IFS}x"]
    for name in ("path", "fail-on", "args", "binary"):
        for text in texts:
            run = GitHubRun(top, {name: text})
            check(not any("hostile" in files for _, _, files in os.walk(top)) and not os.path.exists(os.path.join(run.temp, "hostile")), "%s=%r is run" % (name, text), run)
            check(run.status != 0 or (name, text) == ("args", "--"), "%s=%r passes" % (name, text), run)
    # A name of a file is no command of the runner.
    files = {"%02d/::warning file=x::y/a.yaml" % i: BROKEN_CLASS.replace("creds", "creds%d" % i) for i in range(12)}
    run = GitHubRun(repository("names", files={**files, "::error::owned/a.yaml": BROKEN_CLASS}))
    check(not [a for a in run.annotations() if "title" not in a[1]], "only our own annotations", run)


@row
def the_program_is_built_where_none_is_given():
    run = GitHubRun(repository("to build", "examples/platform-fixed"), {"binary": ""})
    check(run.status == 0, "lints with what docker gave", run)
    cache = [given for name, given in run.used if name.startswith("actions/cache@")]
    check(cache and cache[0]["path"] == os.path.join(run.temp, "secretslint-bin"), "the cache is asked for the directory: %s" % run.used, run)
    check(re.fullmatch(r"secretslint-Linux-X64-[0-9a-f]{64}", cache[0]["key"]), "the key is made of the sources: %s" % cache)
    calls = open(os.path.join(run.temp, "docker.log"), encoding="utf-8").read()
    dockerfile = open(os.path.join(ROOT, "plugin/Dockerfile"), encoding="utf-8").read()
    target = re.search(r"--target (\S+)", calls)[1]
    check(re.search(r"(?m)^FROM \S+ AS %s$" % target, dockerfile) and "/secretslint" in dockerfile, "the stage is there: " + calls)
    check("plugin/Dockerfile" in calls and calls.splitlines()[-1].startswith("rm"), "docker is asked: " + calls)


# MARK: GitLab

TEMPLATE = "examples/ci/secretslint.gitlab-ci.yml"


class GitLabRun:
    def __init__(self, project, **variables):
        template = load(TEMPLATE)
        self.job = template["secretslint"]
        self.project = project
        environment = {
            "CI": "true", "GITLAB_CI": "true", "CI_PROJECT_DIR": project, "CI_PIPELINE_SOURCE": "merge_request_event", "CI_COMMIT_BRANCH": "x", "CI_DEFAULT_BRANCH": "main",
            "HOME": WORK, "LANG": "C.UTF-8", **{key: str(text) for key, text in template["variables"].items()}, **variables}
        bin_directory = os.path.join(WORK, "gitlab bin")
        os.makedirs(bin_directory, exist_ok=True)
        if not os.path.lexists(bin_directory + "/secretslint"):
            os.symlink(TOOL, bin_directory + "/secretslint")
        environment["PATH"] = bin_directory + ":/usr/bin:/bin"
        script = "\n".join(["set -eo pipefail", *self.job.get("before_script", []), *self.job["script"]])
        done = subprocess.run(["bash"], input=script, cwd=project, env=environment, capture_output=True, text=True, check=False)
        self.status, self.log = done.returncode, done.stdout + done.stderr

    def artifact(self, path):
        full = os.path.join(self.project, path)
        check(os.path.isfile(full), "artifact " + path, self)
        return full


def check_gitlab(run):
    reports = run.job["artifacts"]["reports"]
    check(run.job["artifacts"]["when"] == "always", "artifacts of failed jobs, too")
    for path in run.job["artifacts"]["paths"]:
        run.artifact(path)
    issues = json.load(open(run.artifact(reports["codequality"]), encoding="utf-8"))
    for issue in issues:
        check(issue["description"] and issue["check_name"] and issue["severity"] in ("info", "minor", "major", "critical", "blocker"), "fields of %s" % issue)
        check(isinstance(issue["location"]["lines"]["begin"], int), "a line")
    check(len({issue["fingerprint"] for issue in issues}) == len(issues), "fingerprints are unique")
    check_places(run.project, [(issue["location"]["path"], issue["location"]["lines"]["begin"]) for issue in issues])
    suites = xml.etree.ElementTree.parse(run.artifact(reports["junit"])).getroot()
    cases = suites.findall("./testsuite/testcase")
    check(suites.tag == "testsuites" and cases and all(case.get("name") and case.get("classname") for case in cases), "JUnit's cases have names")
    check(all((failure.text or failure.get("message")) for failure in suites.iter("failure")), "failures say why")
    check_sarif(run.artifact("secretslint.sarif"), run.project)
    return issues


@row
def gitlab():
    run = GitLabRun(repository("gl clean", "examples/platform-fixed"))
    check(run.status == 0 and not [i for i in check_gitlab(run) if i["severity"] in ("critical", "blocker")], "passes", run)
    run = GitLabRun(repository("gl findings", "examples/platform"))
    check(run.status == 1 and len(check_gitlab(run)) > 20 and "error[secret-path-env-mismatch]" in run.log, "fails, with the text in the log", run)
    run = GitLabRun(repository("gl sub", files=below("deploy it/x", {"a.yaml": BROKEN_CLASS})), SECRETSLINT_PATH="deploy it")
    check(run.status == 1 and {i["location"]["path"] for i in check_gitlab(run)} == {"deploy it/x/a.yaml"}, "paths of the project", run)
    run = GitLabRun(repository("gl hostile", "examples/platform-fixed"), SECRETSLINT_PATH="$(touch hostile); touch hostile")
    check(run.status == 2 and not os.path.exists(os.path.join(run.project, "hostile")), "hostile input", run)
    check(GitLabRun(os.path.join(WORK, "gl findings"), SECRETSLINT_FAIL_ON="nothing").status == 2, "wrong level")


# MARK: pre-commit

@row
def pre_commit():
    if importlib.util.find_spec("pre_commit") is None:
        print("   pre-commit is not installed")
        return
    environment = {
        **os.environ, "HOME": WORK, "PRE_COMMIT_HOME": os.path.join(WORK, "pre-commit"), "PATH": os.path.dirname(TOOL) + ":" + os.environ["PATH"],
        "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "x", "GIT_AUTHOR_EMAIL": "x@example.com", "GIT_COMMITTER_NAME": "x", "GIT_COMMITTER_EMAIL": "x@example.com",
    }
    check(os.path.basename(TOOL) == "secretslint", "the program is called secretslint")

    def git(top, *words):
        return subprocess.run(["git", "-C", top, *words], env=environment, capture_output=True, text=True, check=True).stdout.strip()

    hooks = repository("hooks", files={".pre-commit-hooks.yaml": open(os.path.join(ROOT, ".pre-commit-hooks.yaml"), encoding="utf-8").read()})
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"], ["tag", "v1"]):
        git(hooks, *words)
    example = load("examples/ci/pre-commit.yaml")
    example["repos"][0].update(repo=hooks, rev="v1")
    top = repository("committed", "examples/platform-fixed", {".pre-commit-config.yaml": yaml.safe_dump(example)})
    git(top, "init", "-q")
    git(top, "add", "-A")

    def hook(*words):
        done = subprocess.run([sys.executable, "-m", "pre_commit", "run", *words], cwd=top, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    status, text = hook("--all-files")
    check(status == 0 and "Passed" in text, "a clean repository passes: " + text)
    git(top, "commit", "-qm", "x")
    repository("committed", files={"legacy/my creds.yaml": BROKEN_CLASS})
    git(top, "add", "-A")
    status, text = hook()
    check(status == 1 and "spc-objects-invalid" in text and "legacy/my creds.yaml:" in text, "a finding refuses the commit: " + text)
    git(top, "rm", "-qf", "legacy/my creds.yaml")
    repository("committed", files={"notes.txt": "x"})
    git(top, "add", "-A")
    status, text = hook()
    check(status == 0 and "no files to check" in text, "what has no say in it is skipped: " + text)


def main():
    failed = 0
    for name, function in ROWS.items():
        if WANTED and name not in WANTED:
            continue
        try:
            function()
            print("ok   " + name, flush=True)
        except Exception as error:  # each row is judged by itself
            failed += 1
            print("FAIL %s: %s: %s" % (name, type(error).__name__, error), flush=True)
    shutil.rmtree(WORK, ignore_errors=True)
    print("%d rows failed" % failed if failed else "all rows hold")
    sys.exit(1 if failed else 0)


main()
