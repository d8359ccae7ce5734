"""Builds the images of plugin/Dockerfile without Docker, and runs what came out as a cluster would.

    image_without_docker.py [--keep DIR] [--emulator cmp_emulator.py] [--toolchain /opt/swift]

Each stage becomes a directory: its base, its RUN steps in a chroot, its COPY steps under .dockerignore. Then, in the directory of the last
stage, mounted read-only, as its USER, with /tmp as the only place to write to: the version, what plugin.yaml in the image names for a Helm
chart (HOME unset), a finding that blocks; in the stage `ci` a lint with a report. With --emulator also the whole of
plugin_acceptance.py with the program of the image. --keep holds on to the bases, and to stages whose steps and files are the same.

Needs root, debootstrap, unshare, a Debian mirror, and a Swift toolchain of the image's version on this machine. Not covered:
- the published base images: `debian:*` is what debootstrap makes of the release; `swift:*` is that, the packages of the published image, and
  this machine's toolchain, mounted. Whether the tags exist is not asked.
- layers, caches of layers, BuildKit, other architectures, seccomp and capabilities of a container runtime.
- argocd-cmp-server itself, which the ENTRYPOINT names: Argo CD puts it there; the emulator stands for it.
"""
import argparse
import ctypes
import fnmatch
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
DOCKERFILE = os.path.join(ROOT, "plugin", "Dockerfile")
STANDARD_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# What the published Swift image installs beside the toolchain, as far as a build can ask for it.
SWIFT_PACKAGES = "binutils libicu-dev libcurl4-openssl-dev libedit-dev libsqlite3-dev libncurses-dev libpython3-dev libxml2-dev pkg-config uuid-dev tzdata git gcc libstdc++-12-dev".split()


def fail(text):
    sys.exit("image_without_docker.py: " + text)


# MARK: the Dockerfile

def instructions(text):
    """(number of the line, NAME, rest) of each instruction; comments and continued lines as Docker reads them."""
    found, pending, first = [], "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#") or (not pending and not line.strip()):
            continue
        first = first if pending else number
        if line.rstrip().endswith("\\"):
            pending += line.rstrip()[:-1]
            continue
        name, _, rest = (pending + line).strip().partition(" ")
        found.append((first, name.upper(), rest.strip()))
        pending = ""
    if pending:
        fail("the last line is continued")
    return found


class Stage:
    def __init__(self, base, name):
        self.base, self.name, self.steps = base, name, []
        self.environment, self.user, self.workdir, self.entrypoint = {}, "0", "/", None
        self.root = None

    def expand(self, text):
        return re.sub(r"\$\{(\w+)\}|\$(\w+)", lambda m: self.environment.get(m[1] or m[2], ""), text)


def stages(text):
    """The stages with their steps; an instruction or an option that is not known is refused."""
    result = []
    for line, name, rest in instructions(text):
        if name == "FROM":
            match = re.fullmatch(r"(\S+)(?:\s+AS\s+(\S+))?", rest, re.IGNORECASE)
            if not match:
                fail("line %d: FROM %s" % (line, rest))
            result.append(Stage(match[1], match[2] or "stage-%d" % len(result)))
            continue
        if not result:
            fail("line %d: %s before FROM" % (line, name))
        if name not in ("RUN", "COPY", "ENV", "ARG", "WORKDIR", "USER", "ENTRYPOINT") or rest.startswith("--") and not rest.startswith("--from="):
            fail("line %d: not known here: %s %s" % (line, name, rest))
        result[-1].steps.append((line, name, rest))
    return result


# MARK: .dockerignore

def ignore_rules():
    path = DOCKERFILE + ".dockerignore"
    if not os.path.exists(path):
        path = os.path.join(ROOT, ".dockerignore")
    if not os.path.exists(path):
        return []
    lines = [line.strip() for line in open(path, encoding="utf-8")]
    return [(line.lstrip("!").strip("/"), line.startswith("!")) for line in lines if line and not line.startswith("#")]


def is_sent(path, rules):
    """Whether a file belongs to the build's context: the last rule that matches it, or a directory above it, decides."""
    parts = path.split("/")
    sent = True
    for pattern, brings_back in rules:
        wanted = pattern.split("/")
        head = parts[:len(wanted)]
        if len(head) == len(wanted) and all(fnmatch.fnmatchcase(part, glob) for part, glob in zip(head, wanted)):
            sent = brings_back
    return sent


def files_below(top, relative):
    full = os.path.join(top, relative)
    if os.path.islink(full) or not os.path.isdir(full):
        return [relative] if os.path.lexists(full) else []
    found = []
    for directory, names, files in os.walk(full):
        links = [name for name in names if os.path.islink(os.path.join(directory, name))]
        found += [os.path.relpath(os.path.join(directory, name), top) for name in files + links]
    return sorted(found)


def inside(root, path):
    return os.path.join(root, path.lstrip("/"))


def copy_plan(stage, rest, built):
    """(file to read, path in the image) of each file of a COPY step."""
    words = shlex.split(rest)
    top, rules = ROOT, ignore_rules()
    if words[0].startswith("--from="):
        name = words.pop(0)[len("--from="):]
        if name not in built:
            fail("COPY --from=%s names no stage" % name)
        top, rules = built[name].root, []
    *sources, target = words
    place = target if target.startswith("/") else os.path.join(stage.workdir, target)
    isdirectory = target.endswith("/") or target in (".", "..")
    if len(sources) > 1 and not isdirectory:
        fail("COPY of several files needs a directory that ends in /: " + rest)
    plan = []
    for source in sources:
        source = source.strip("/")
        found = [path for path in files_below(top, source) if is_sent(path, rules)]
        if not found:
            fail("COPY finds no '%s' (or .dockerignore keeps it out)" % source)
        for path in found:
            if path == source:
                to = os.path.join(place, os.path.basename(path)) if isdirectory else place
            else:
                to = os.path.join(place, os.path.relpath(path, source))
            plan.append((os.path.join(top, path), os.path.normpath(to)))
    return plan


# MARK: roots

def run(command, **options):
    done = subprocess.run(command, check=False, **options)
    if done.returncode:
        fail("exit status %d: %s" % (done.returncode, " ".join(command)[:300]))


def remove(place):
    """Deletes a directory, unless something is mounted in it: that would be deleted, too."""
    with open("/proc/self/mountinfo", encoding="utf-8") as mounts:
        points = [line.split()[4].replace("\\040", " ") for line in mounts]
    if any(point == place or point.startswith(place + "/") for point in points):
        fail("something is still mounted in " + place)
    shutil.rmtree(place, ignore_errors=True)


def mirror():
    """The mirror that this machine uses for Debian."""
    policy = subprocess.run(["apt-get", "indextargets", "--format", "$(URI)"], capture_output=True, text=True, check=False).stdout
    for uri in policy.split():
        match = re.match(r"(https?://.*?/debian)/dists/", uri)
        if match:
            return match[1]
    return "http://deb.debian.org/debian"


def made_base(image, work, toolchain):
    """The directory and the PATH of a base, made once in a directory of work; nothing for scratch."""
    if image == "scratch":
        return None, None
    match = re.fullmatch(r"(debian|swift):(?:[\w.]+-)?(bookworm|trixie)(?:-slim)?", image)
    if not match:
        fail("no way to make the base '%s' here" % image)
    kind, release = match.groups()
    path = STANDARD_PATH
    if kind == "swift":
        wanted = re.match(r"swift:([\d.]+)-", image)[1]
        said = subprocess.run([toolchain + "/usr/bin/swift", "--version"], capture_output=True, text=True, check=False).stdout
        if "Swift version %s" % wanted not in said:
            fail("the toolchain is not Swift %s: %s" % (wanted, said.strip()))
        path = "/opt/swift/usr/bin:" + path
    place = os.path.join(work, "base-%s-%s" % (kind, release))
    if not os.path.exists(place + ".done"):
        remove(place)
        print("== base %s" % image, flush=True)
        if kind == "debian":
            run(["debootstrap", "--variant=minbase", release, place, mirror()], stdout=subprocess.DEVNULL)
        else:
            run(["cp", "-a", made_base("debian:" + release, work, toolchain)[0], place])
            os.makedirs(inside(place, "/opt/swift"))
            in_chroot(place, "/", {"PATH": STANDARD_PATH}, toolchain, "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "
                      + " ".join(SWIFT_PACKAGES) + " >/dev/null && rm -rf /var/lib/apt/lists/*")
        open(place + ".done", "w", encoding="utf-8").close()
    return place, path


LIBC = ctypes.CDLL(None, use_errno=True)
RDONLY, REMOUNT, BIND, REC, DETACH = 1, 32, 4096, 16384, 2


def mount(source, target, kind, flags):
    if LIBC.mount(source.encode(), target.encode(), kind.encode(), flags, None) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), target)


def in_chroot(root, directory, environment, toolchain, command):
    """One RUN step: /bin/sh -c in a root, with /proc, /dev, the resolver and, where the base has a place for it, the toolchain."""
    mounted = []
    places = [("proc", "/proc", "proc", 0), ("/dev", "/dev", "", BIND | REC)]
    if os.path.isdir(inside(root, "/opt/swift")):
        places.append((toolchain, "/opt/swift", "", BIND))
    shutil.copyfile("/etc/resolv.conf", inside(root, "/etc/resolv.conf"))
    try:
        for source, target, kind, flags in places:
            mount(source, inside(root, target), kind, flags)
            mounted.append(target)
        done = subprocess.run(["chroot", root, "/bin/sh", "-c", 'cd "$0" && eval "$1"', directory, command], env={"HOME": "/root", **environment},
                              stdin=subprocess.DEVNULL, check=False)
    finally:
        for target in reversed(mounted):
            LIBC.umount2(inside(root, target).encode(), DETACH)
    if done.returncode:
        fail("exit status %d of RUN %s" % (done.returncode, command[:300]))


def digest(stage, built):
    """Of a stage's steps and of the files that it copies."""
    value = hashlib.sha256(repr((stage.base, stage.steps)).encode())
    for _, name, rest in stage.steps:
        if name != "COPY":
            continue
        if rest.startswith("--from="):
            value.update(built[rest.split()[0][len("--from="):]].digest.encode())
            continue
        for source, _ in copy_plan(stage, rest, built):
            value.update(source.encode() + b"\0" + (open(source, "rb").read() if os.path.isfile(source) else b""))
    return value.hexdigest()


def build(stage, built, work, toolchain):
    stage.root = os.path.join(work, "root-" + stage.name)
    stage.digest = digest(stage, built)
    marker = stage.root + ".done"
    is_kept = os.path.exists(marker) and open(marker, encoding="utf-8").read() == stage.digest
    if not is_kept:
        if os.path.exists(marker):
            os.remove(marker)
        remove(stage.root)
    base, path = made_base(stage.base, work, toolchain)
    if path:
        stage.environment["PATH"] = path
    if not is_kept:
        if base:
            run(["cp", "-a", base, stage.root])
        else:
            os.makedirs(stage.root)
    print("== stage %s, from %s%s" % (stage.name, stage.base, " (kept)" if is_kept else ""), flush=True)
    for line, name, rest in stage.steps:
        print("   line %d: %s %s" % (line, name, rest[:100]), flush=True)
        if name in ("ENV", "ARG"):
            for pair in shlex.split(rest):
                key, equals, value = pair.partition("=")
                if equals:
                    stage.environment[key] = stage.expand(value)
                elif name == "ENV":
                    fail("line %d: ENV without =" % line)
        elif name == "WORKDIR":
            stage.workdir = os.path.normpath(os.path.join(stage.workdir, stage.expand(rest)))
            if not is_kept:
                os.makedirs(inside(stage.root, stage.workdir), exist_ok=True)
        elif name == "USER":
            stage.user = rest
        elif name == "ENTRYPOINT":
            stage.entrypoint = json.loads(rest)
        elif name == "RUN" and not is_kept:
            in_chroot(stage.root, stage.workdir, stage.environment, toolchain, rest)
        elif name == "COPY" and not is_kept:
            for source, target in copy_plan(stage, rest, built):
                target = inside(stage.root, target)
                os.makedirs(os.path.dirname(target), exist_ok=True)
                shutil.copy2(source, target, follow_symlinks=False)
    open(marker, "w", encoding="utf-8").write(stage.digest)
    built[stage.name] = stage


# MARK: running an image

def as_container(stage, command, directory, environment, writable):
    """Runs a command in the image as a cluster does: its user with group 0 and no other, a read-only root, /proc, nothing in /dev, the
    image's environment and what is given. `writable` maps directories of this machine to places in the image."""
    user = int(stage.user.split(":")[0])
    for target in [*writable.values(), "/proc"]:
        os.makedirs(inside(stage.root, target), exist_ok=True)

    def enter():
        # A child of its own mount namespace; it ends with the command.
        if LIBC.unshare(0x00020000) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        mount("none", "/", "", REC | (1 << 18))
        mount(stage.root, stage.root, "", BIND)
        mount("proc", inside(stage.root, "/proc"), "proc", 0)
        for source, target in writable.items():
            mount(source, inside(stage.root, target), "", BIND)
        mount("none", stage.root, "", REMOUNT | BIND | RDONLY)
        os.chroot(stage.root)
        os.chdir(directory)
        os.setgroups([])
        os.setgid(0)
        os.setuid(user)
        os.umask(0o022)

    return subprocess.run(
        command, env={**stage.environment, **environment}, stdin=subprocess.DEVNULL, capture_output=True, text=True, preexec_fn=enter, check=False)


def expect(condition, what, done=None):
    if not condition:
        fail("%s%s" % (what, "" if done is None else ": status %d\n%s\n%s" % (done.returncode, done.stdout[-2000:], done.stderr[-2000:])))
    print("ok   " + what, flush=True)


def plugin_commands(stage):
    """generate and parameters of the plugin.yaml that the image holds."""
    text = open(inside(stage.root, "/home/argocd/cmp-server/config/plugin.yaml"), encoding="utf-8").read()
    commands = [[word.strip() for word in words.split(",")] for words in re.findall(r"command: \[(.*)\]", text)]
    if len(commands) != 2:
        fail("plugin.yaml has %d commands" % len(commands))
    return commands


CHART = {
    "charts/web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n", "charts/web/values.yaml": "replicas: 1\n",
    "charts/web/templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\ndata: {n: \"{{ .Values.replicas }}\"}\n",
    "broken/a.yaml": "apiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\nmetadata: {name: creds}\nspec:\n  provider: aws\n"
    "  parameters:\n    region: eu-central-1\n    objects: |\n      - objectName: \"prod/web\"\n        objectType: \"secretsmanagerr\"\n",
}


def check_sidecar(stage, work):
    temporary = tempfile.mkdtemp(prefix="tmp-", dir=work)
    os.chmod(temporary, 0o1777)
    for path, text in CHART.items():
        full = os.path.join(temporary, "_cmp_server/0001", path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        open(full, "w", encoding="utf-8").write(text)
    program = "/usr/local/bin/secretslint"
    places = files_below(stage.root, "")
    print("   %d files, %d bytes" % (len(places), sum(os.path.getsize(inside(stage.root, path)) for path in places)))
    expect(os.stat(inside(stage.root, program)).st_mode & 0o111 == 0o111, "the program may be run by all")
    expect(not any(os.stat(inside(stage.root, path)).st_mode & 0o6000 for path in places), "no file is setuid")
    expect(stage.user not in ("0", "root"), "the image does not run as root")
    writable = {temporary: "/tmp"}
    done = as_container(stage, [program, "--version"], "/", {}, writable)
    expect(done.returncode == 0 and done.stdout.startswith("secretslint "), "--version as user %s, read-only root" % stage.user, done)
    # A stand-in for what Argo CD's init container puts into the volume that the entry point names.
    volume = tempfile.mkdtemp(prefix="var-files-", dir=work)
    os.chmod(volume, 0o755)
    shutil.copy2(inside(stage.root, program), os.path.join(volume, os.path.basename(stage.entrypoint[0])))
    done = as_container(stage, [*stage.entrypoint, "--version"], "/", {}, {**writable, volume: os.path.dirname(stage.entrypoint[0])})
    expect(done.returncode == 0, "the entry point, out of its volume", done)
    generate, parameters = plugin_commands(stage)
    variables = {"ARGOCD_APP_NAME": "web", "ARGOCD_APP_NAMESPACE": "shop", "ARGOCD_APP_SOURCE_REPO_URL": "https://example.com/deploy.git", "KUBE_VERSION": "1.31.4"}
    helm = {**variables, "ARGOCD_APP_SOURCE_PATH": "charts/web", "ARGOCD_APP_PARAMETERS": '[{"name":"parameters","map":{"replicas":"3"}}]'}
    place = "/tmp/_cmp_server/0001/"
    done = as_container(stage, generate, place + "charts/web", helm, writable)
    expect(done.returncode == 0 and 'n: "3"' in done.stdout and "name: web" in done.stdout, "generate of a Helm chart, HOME unset", done)
    done = as_container(stage, generate, place + "charts/web", {**helm, "HOME": "/", "TMPDIR": "/nowhere"}, writable)
    expect(done.returncode == 0 and 'n: "3"' in done.stdout, "the same without a directory to write to", done)
    done = as_container(stage, parameters, place + "charts/web", helm, writable)
    expect(done.returncode == 0 and any(item["name"] == "parameters" for item in json.loads(done.stdout)), "parameters is a list", done)
    done = as_container(stage, generate, place + "broken", {**variables, "ARGOCD_APP_SOURCE_PATH": "broken"}, writable)
    expect(done.returncode == 1 and not done.stdout and "secretslint: BLOCKED" in done.stderr and "broken/a.yaml:" in done.stderr, "a finding blocks", done)
    done = as_container(stage, generate, place + "charts/web", {**helm, "SECRETSLINT_RENDERER": "helm"}, writable)
    expect(done.returncode == 1 and "there is no 'helm' in PATH" in done.stderr, "a renderer that the image does not have is named", done)
    left = [name for name in os.listdir(temporary) if name != "_cmp_server" and not name.startswith(".secretslint-slot-")]
    expect(not left, "nothing is left in /tmp but slots %s" % left)


def check_ci(stage, work):
    project = tempfile.mkdtemp(prefix="project-", dir=work)
    shutil.copytree(os.path.join(ROOT, "examples", "platform-fixed"), project, dirs_exist_ok=True)
    os.chmod(project, 0o777)
    command = ["/bin/sh", "-c", "secretslint lint --format gitlab --output report.json --format text . && test -s report.json"]
    done = as_container(stage, command, "/builds", {}, {project: "/builds"})
    expect(done.returncode == 0, "the image for CI lints and writes its report, with a shell, as user %s" % stage.user, done)


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("--keep", metavar="DIR")
    options.add_argument("--emulator")
    options.add_argument("--toolchain", default="/opt/swift")
    chosen = options.parse_args()
    if os.geteuid() != 0:
        fail("needs root")
    if os.environ.get("IMAGE_NAMESPACE") != "own":
        # Mounts that are forgotten end with the namespace.
        os.environ["IMAGE_NAMESPACE"] = "own"
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.argv])
    work = os.path.realpath(chosen.keep or tempfile.mkdtemp(prefix="secretslint-image-", dir="/var/tmp"))
    os.makedirs(work, exist_ok=True)
    os.chmod(work, 0o755)
    found = stages(open(DOCKERFILE, encoding="utf-8").read())
    built = {}
    for stage in found:
        build(stage, built, work, chosen.toolchain)
    last = found[-1]
    check_sidecar(last, work)
    if "ci" in built:
        check_ci(built["ci"], work)
    if chosen.emulator:
        program = inside(last.root, "/usr/local/bin/secretslint")
        done = subprocess.run([sys.executable, os.path.join(HERE, "plugin_acceptance.py"), chosen.emulator, program], check=False)
        expect(done.returncode == 0, "the acceptance table with the program of the image")
    if not chosen.keep:
        remove(work)
    print("the image works")


main()
