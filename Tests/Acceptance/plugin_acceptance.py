"""Runs the Argo CD plugin the way Argo CD would, with an emulator of repo-server, cmp-server and controller.

    plugin_acceptance.py EMULATOR SECRETSLINT [ROW...]

EMULATOR is a program with the options and the report of cmp_emulator.py; SECRETSLINT is the built program. plugin/plugin.yaml is used
with its path replaced. Rows that need root (another user, mounts) are skipped without it. Exit status 0: all rows hold.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
EMULATOR, TOOL = sys.argv[1], os.path.abspath(sys.argv[2])
WANTED = sys.argv[3:]
# Calls at once; fewer for a program that was built without optimization.
PARALLEL = os.environ.get("ACCEPTANCE_PARALLEL", "20")
WORK = tempfile.mkdtemp(prefix="secretslint-acceptance-")
os.chmod(WORK, 0o755)
# The 999 of the sidecar has to reach the program.
PROGRAM = os.path.join(WORK, "secretslint")
shutil.copy(TOOL, PROGRAM)
os.chmod(PROGRAM, 0o755)
PLUGIN = os.path.join(WORK, "plugin.yaml")
with open(os.path.join(ROOT, "plugin", "plugin.yaml"), encoding="utf-8") as text:
    plain = text.read()
with open(PLUGIN, "w", encoding="utf-8") as text:
    text.write(plain.replace("/usr/local/bin/secretslint", PROGRAM))

CHART = {
    "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    "values.yaml": "replicas: 1\nname: web\n",
    "values-prod.yaml": "replicas: 3\n",
    "templates/a.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  replicas: {{ .Values.replicas }}\n"
    "  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n"
    "      containers:\n      - name: web\n        image: registry.example.com/web:1.0.0\n---\n"
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Values.name }}\ndata: {kube: {{ .Capabilities.KubeVersion.Version | quote }}, yes: \"010\"}\n",
}
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: %s\ndata:\n  a: \"yes\""
# An error of its own source alone.
BROKEN = """apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata:
  name: creds
spec:
  provider: aws
  parameters:
    region: eu-central-1
    objects: |
      - objectName: "prod/web"
        objectType: "secretsmanagerr"
"""


def tree(name, files):
    top = os.path.join(WORK, name)
    for path, content in files.items():
        full = os.path.join(top, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as out:
            out.write(content if isinstance(content, bytes) else content.encode())
    return top


def below(prefix, files):
    return {prefix + "/" + path: content for path, content in files.items()}


REPO = tree("repo", {
    **below("charts/web", CHART),
    "overlays/prod/kustomization.yaml": "resources: [../../base]\nnamePrefix: prod-\nnamespace: shop\n",
    "base/kustomization.yaml": "resources: [a.yaml]\nconfigMapGenerator: [{name: made, literals: [a=b]}]\n", "base/a.yaml": CONFIG % "plain" + "\n",
    "plain/a.yaml": CONFIG % "one", "plain/b.yaml": CONFIG % "two" + "\n---\n" + CONFIG % "three",
    "broken/a.yaml": BROKEN,
    "unrenderable/Chart.yaml": CHART["Chart.yaml"], "unrenderable/templates/x.yaml": "kind: {{ required \"give a name\" .Values.nope }}\n",
    "empty/.gitkeep": "", "none/readme.txt": "no manifests here\n",
    "lowered/a.yaml": BROKEN,
    "lowered/.argocd-source.yaml": "plugin:\n  parameters:\n  - {name: mode, string: warn}\n  - {name: reason, string: because}\n",
    "with space/\u00fcml\u00e4ut/a.yaml": CONFIG % "spaced",
    "irsa/a.yaml": "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: web\n  namespace: shop\n  annotations:\n"
    "    eks.amazonaws.com/role-arn: arn:aws:iam::731940228865:role/web\n",
    "terraform/main.tf": 'resource "aws_iam_role" "web" {\n  name = "web"\n  assume_role_policy = "{}"\n}\n',
})


def run(path, *options, repo=REPO, name="web", plugin=PLUGIN):
    command = [sys.executable, EMULATOR, "--plugin", plugin, "--repo", repo, "--app-path", path, "--app-name", name, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        raise AssertionError("the emulator prints no report: " + done.stdout[-500:] + done.stderr[-1500:]) from None
    report["exit"] = done.returncode
    lines = ((report.get("generate") or {}).get("stderr") or "").splitlines(keepends=True)
    # A slow program says that it is at work; and what a log gets is no fault.
    report["stderr"] = "".join(line for line in lines if not line.startswith("secretslint: not decided yet"))
    report["warnings"] = [text for text in report.get("warnings") or [] if "goes to the sidecar log only" not in text]
    return report


def check(condition, what, report):
    if not condition:
        raise AssertionError("%s: exit %s, shown %s, stderr %s, warnings %s, manifests %d" % (
            what, report["exit"], str(report.get("error_in_ui"))[:700], report["stderr"][:700], report.get("warnings"), len(report.get("manifests") or [])))


def clean(report, count=None):
    check(report["exit"] == 0 and report["generate_rc"] == 0, "renders", report)
    check(not report["warnings"], "no warnings", report)
    check(count is None or len(report["manifests"]) == count, "%s objects" % count, report)
    return report["manifests"]


def blocked(report, *words):
    check(report["exit"] == 1 and report["generate_rc"] == 1 and report["manifests"] == [], "blocks", report)
    shown = report["error_in_ui"]
    check(len(shown.encode()) <= 9 * 1024, "short enough", report)
    for word in words:
        check(word in shown, "names " + word, report)
    check(not report["warnings"], "no warnings", report)
    return shown


APPS = {"charts/web": 2, "overlays/prod": 2, "plain": 3}
ROWS = {}


def row(function):
    ROWS[function.__name__] = function
    return function


@row
def A1():
    names = {path: [(m["kind"], m["metadata"]["name"]) for m in clean(run(path), count)] for path, count in APPS.items()}
    assert names["charts/web"] == [("Deployment", "web"), ("ConfigMap", "web")] or sorted(names["charts/web"]) == [("ConfigMap", "web"), ("Deployment", "web")], names
    assert {name for _, name in names["overlays/prod"]} >= {"prod-plain"}, names
    data = clean(run("plain"))[0]["data"]
    assert data == {"a": "yes"}, data


@row
def A2():
    shown = blocked(run("broken"), "secretslint: BLOCKED", "broken/a.yaml:")
    assert "\n" not in shown.strip(), shown


@row
def A3():
    report = run("broken", "--param", "mode=warn", "--param", "reason=x")
    clean(report, 1)
    check("[1]" in report["stderr"] and "reason: x" in report["stderr"], "findings on standard error", report)
    report = run("broken", "--param", "mode=audit", "--param", "reason=x")
    clean(report, 1)
    check("audit of web" in report["stderr"], "an audit is logged", report)


@row
def A4():
    blocked(run("broken", "--param", "mode=warn", "--param", "reason=x", "--container-env", "SECRETSLINT_MODE_FLOOR=enforce"))


@row
def A5():
    for mode in ("warn", "audit", "off"):
        report = run("unrenderable", "--param", "mode=" + mode, "--param", "reason=x")
        blocked(report, "give a name", "unrenderable/templates/x.yaml:1")
        check(report["generate"]["stdout_bytes"] == 0, "nothing on standard output", report)


@row
def A6():
    clean(run("charts/web", "--parameters-json", "[]"), 2)
    clean(run("charts/web", "--param-array", "value-files="), 2)
    prod = clean(run("charts/web", "--param-array", "value-files=values-prod.yaml", "--param-map", "string-parameters=name=other"), 2)
    assert any(m["kind"] == "Deployment" and m["spec"]["replicas"] == 3 for m in prod) and any(m["metadata"]["name"] == "other" for m in prod), prod
    blocked(run("charts/web", "--param", "valuefiles=x"), "unknown parameter 'valuefiles'")


@row
def A7():
    wanted = {path: clean(run(path), count) for path, count in APPS.items()}
    variants = [["--home", "unset"], ["--home", "/"]]
    if os.geteuid() == 0:
        variants += [["--uid", "999", "--read-only-tree"], ["--uid", "999", "--read-only-root", "--bind-tmp"]]
    else:
        print("   not root: no other user, no mounts")
    for options in variants:
        for path in APPS:
            if "--bind-tmp" in options and WORK.startswith("/tmp/"):
                # The temporary directory appears as /tmp and would hide the program.
                place = "/var/tmp/" + os.path.basename(WORK)
                os.makedirs(place, exist_ok=True)
                shutil.copy(PROGRAM, place + "/secretslint")
                moved = place + "/plugin.yaml"
                with open(moved, "w", encoding="utf-8") as out:
                    out.write(plain.replace("/usr/local/bin/secretslint", place + "/secretslint"))
                got = clean(run(path, *options, plugin=moved))
            else:
                got = clean(run(path, *options))
            assert got == wanted[path], (options, path)


@row
def A8():
    for path in APPS:
        assert clean(run(path, "--exclude", ".git")) == clean(run(path))


@row
def A9():
    report = run("irsa", "--use-manifest-generate-paths", "--manifest-generate-paths", ".")
    clean(report, 1)
    check("only 'irsa'" in report["stderr"] and "no Terraform" in report["stderr"], "says what was not seen", report)


@row
def A10():
    for path in (*APPS, "broken"):
        report = run(path, "--repeat", "3")
        check(report["deterministic"] is True, "deterministic", report)
    report = run("charts/web", "--parallel", PARALLEL)
    check(report["parallel"]["same_result"] is True, "same result of %s at once: %s" % (PARALLEL, report["parallel"]), report)
    check(not any(report["parallel"]["exit_codes"]), "no failure of %s at once" % PARALLEL, report)


@row
def A11():
    big = tree("huge", {"app/Chart.yaml": CHART["Chart.yaml"],
                        "app/templates/x.yaml": "{{ range $i := until 3000 }}{{ range $j := until 3000 }}{{ printf \"%d\" (add $i $j) | sha256sum | trunc 0 }}{{ end }}{{ end }}\n"})
    report = run("app", "--timeout", "4", "--container-env", "SECRETSLINT_TIMEOUT=2", repo=big)
    check(report["exit"] == 1 and "secretslint:" in report["stderr"] and "signal: killed" not in str(report["error_in_ui"]), "our own message", report)


@row
def A12():
    odd = tree("odd", {
        "crlf/a.yaml": (CONFIG % "crlf").replace("\n", "\r\n"), "bom/a.yaml": b"\xef\xbb\xbf" + (CONFIG % "bom").encode(),
        "glue/a.yaml": CONFIG % "one", "glue/b.yaml": CONFIG % "two", "binary/a.yaml": bytes(range(256)) * 50, "binary/b.yaml": CONFIG % "whole",
        "big/a.yaml": CONFIG % "big" + "\n" + "  # filler filler filler filler filler\n" * 1300000,
        "loop/a.yaml": CONFIG % "loop",
    })
    os.symlink("l2", os.path.join(odd, "loop/l1"))
    os.symlink("l1", os.path.join(odd, "loop/l2"))
    clean(run("crlf", repo=odd), 1)
    clean(run("bom", repo=odd), 1)
    clean(run("glue", repo=odd), 2)
    for path in ("binary", "big", "loop"):
        report = run(path, repo=odd)
        check(report["generate_rc"] is None or report["generate_rc"] >= 0, "no crash", report)
        check(report["exit"] == 1 or len(report["manifests"]) == 1, "never fewer objects", report)
    absolute = tree("absolute", {"app/a.yaml": CONFIG % "a"})
    os.symlink("/etc/passwd", os.path.join(absolute, "app/b.yaml"))
    check(run("app", repo=absolute)["exit"] == 1, "absolute links are refused", {"exit": 0, "stderr": "", "manifests": []})


@row
def A13():
    manifests = clean(run("charts/web", "--kube-version", "", "--api-versions", "", "--revision", "streamed"), 2)
    kube = [m["data"]["kube"] for m in manifests if m["kind"] == "ConfigMap"][0]
    assert kube.startswith("v1."), kube


@row
def A14():
    report = run("lowered")
    clean(report, 1)
    check("reason: because" in report["stderr"], "a lowered mode is logged", report)
    blocked(run("lowered", "--container-env", "SECRETSLINT_MODE_FLOOR=enforce"))
    blocked(run("lowered", "--container-env", "SECRETSLINT_OVERRIDES=deny"))


@row
def A15():
    for path in (*APPS, "broken", "unrenderable", "empty", "none"):
        report = run(path)
        check(not report.get("parameters_error") and isinstance(report["parameters"], list) and report["parameters"], "parameters", report)
        for item in report["parameters"]:
            for kind in ("array", "map"):
                check(kind not in item or item.get("collectionType") == kind, "collectionType of " + item["name"], report)


@row
def A16():
    at_root = tree("at-root", CHART)
    manifests = clean(run(".", "--app-namespace", "", repo=at_root, name="team_web"), 2)
    assert any(m["metadata"]["name"] == "web" for m in manifests), manifests


@row
def empty_sources():
    blocked(run("none"), "allow-empty")
    report = run("none", "--param", "allow-empty=true")
    check(report["exit"] == 0 and report["manifests"] == [], "empty where it is allowed", report)


@row
def spaces_and_unicode():
    clean(run("with space/\u00fcml\u00e4ut"), 1)


@row
def terraform_is_seen_where_it_is_sent():
    report = run("irsa")
    check("no Terraform" not in report["stderr"], "sees Terraform", report)


@row
def large_repositories():
    files = {"app/a.yaml": CONFIG % "small"}
    for index in range(60):
        files["data/blob-%02d.bin" % index] = os.urandom(1 << 20)
    large = tree("large", files)
    started = time.time()
    report = run("app", repo=large)
    clean(report, 1)
    print("   60 MiB: generate %.3f s (whole row %.1f s)" % (report["generate"]["seconds"], time.time() - started))


@row
def json_logs():
    for options in (["--param", "mode=warn", "--param", "reason=x"], []):
        report = run("broken", "--container-env", "SECRETSLINT_LOG_FORMAT=json", *options)
        lines = [line for line in report["stderr"].splitlines() if line]
        assert lines
        for line in lines:
            json.loads(line)


@row
def official_binaries():
    """The real `helm` and `kustomize`, where PATH has them, render the same objects."""
    for tool, path in (("helm", "charts/web"), ("kustomize", "overlays/prod")):
        place = shutil.which(tool)
        if place is None:
            print("   no %s in PATH" % tool)
            continue
        report = run(path, "--container-env", "SECRETSLINT_RENDERER=" + tool, "--container-env", "PATH=" + os.path.dirname(place) + ":/usr/bin:/bin")
        assert clean(report) == clean(run(path)), path
        check("differently" not in report["stderr"], "no difference", report)


def main():
    failed = 0
    for name, function in ROWS.items():
        if WANTED and name not in WANTED:
            continue
        try:
            function()
            print("ok   " + name)
        except Exception as error:  # each row is judged by itself
            failed += 1
            print("FAIL %s: %s: %s" % (name, type(error).__name__, error))
    shutil.rmtree(WORK, ignore_errors=True)
    shutil.rmtree("/var/tmp/" + os.path.basename(WORK), ignore_errors=True)
    print("%d rows failed" % failed if failed else "all rows hold")
    sys.exit(1 if failed else 0)


main()
