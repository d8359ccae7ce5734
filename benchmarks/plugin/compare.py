"""Times `plugin generate` of one application in a large repository with and without linting (SECRETSLINT_MODE=off), in turn: wall time of
whole processes, medians, and the difference, which is the added time of linting.
Usage: compare.py DIRECTORY PATH/secretslint [RUNS]"""
import os
import statistics
import subprocess
import sys
import time


def milliseconds(tool, directory, mode):
    environment = {
        "PATH": os.environ["PATH"], "ARGOCD_APP_NAME": "service-150", "ARGOCD_APP_NAMESPACE": "service-150", "ARGOCD_APP_SOURCE_PATH": "apps/service-150",
        "ARGOCD_APP_SOURCE_REPO_URL": "https://git.example/platform.git", "ARGOCD_APP_SOURCE_TARGET_REVISION": "main", "SECRETSLINT_MODE": mode,
        "SECRETSLINT_MODE_REASON": "measuring",
    }
    start = time.perf_counter()
    done = subprocess.run(
        [tool, "plugin", "generate"], cwd=os.path.join(directory, "apps/service-150"), env=environment, stdin=subprocess.DEVNULL, capture_output=True)
    took = (time.perf_counter() - start) * 1000
    if done.returncode != 0 or b"kind: Deployment" not in done.stdout:
        sys.exit(f"mode {mode}: exit status {done.returncode}\n{done.stderr.decode()}")
    return took


def main():
    directory, tool = sys.argv[1], os.path.abspath(sys.argv[2])
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 15
    times = {"off": [], "enforce": []}
    for _ in range(runs):
        for mode, found in times.items():
            found.append(milliseconds(tool, directory, mode))
    for mode, found in times.items():
        print(f"mode {mode}: median {statistics.median(found):.1f} ms ({min(found):.1f} to {max(found):.1f})")
    added = statistics.median([b - a for a, b in zip(times["off"], times["enforce"])])
    print(f"added by linting: median of differences {added:.1f} ms")


main()
