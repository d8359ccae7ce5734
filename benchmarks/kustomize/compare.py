"""Times `secretslint render` and `kubectl kustomize` on the same kustomizations as whole processes, in turn, on one core; prints medians."""
import os
import resource
import statistics
import subprocess
import sys
import time

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")


def roots(directory):
    for folder, names, files in os.walk(os.path.abspath(directory)):
        names.sort()
        if any(name in files for name in NAMES):
            yield folder


def measure(command):
    """Wall and processor time in seconds, exit status, output."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(["taskset", "-c", "0"] + command, capture_output=True, check=False)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, used, done.returncode, done.stdout


def main():
    directory, tool = sys.argv[1], sys.argv[2]
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    limit = int(sys.argv[4]) if len(sys.argv) > 4 else 1000
    pairs, used_pairs, ours_all, theirs_all, skipped, different = [], [], [], [], 0, 0
    found = list(roots(directory))
    # An even choice, where there are more than are asked for.
    for root in found[:: max(1, -(-len(found) // limit))]:
        ours, theirs = [], []
        for turn in range(runs):
            mine = measure([tool, "render", root])
            other = measure(["kubectl", "kustomize", root])
            if turn == 0 and (mine[2] or other[2]):
                break
            different += turn == 0 and mine[3] != other[3]
            ours.append(mine[:2])
            theirs.append(other[:2])
        if not ours:
            skipped += 1
            continue
        middle = [statistics.median(values) for values in (*zip(*ours), *zip(*theirs))]
        pairs.append(middle[0] / middle[2])
        used_pairs.append(middle[1] / middle[3] if middle[3] else 0)
        ours_all.append(middle[0])
        theirs_all.append(middle[2])
    if not pairs:
        sys.exit("no kustomization that both build")
    pairs.sort()
    print(f"{len(pairs)} kustomizations ({skipped} refused by one of the two are left out, {different} of different output), {runs} runs each")
    print(f"wall: secretslint {sum(ours_all) * 1000:.0f} ms, kubectl kustomize {sum(theirs_all) * 1000:.0f} ms, summed medians: "
          f"ratio {sum(ours_all) / sum(theirs_all):.3f}")
    print(f"ratio of each pair: median {statistics.median(pairs):.3f}, 95 of 100 below {pairs[int(len(pairs) * 0.95)]:.3f}, worst {pairs[-1]:.3f}; "
          f"processor time: median {statistics.median(used_pairs):.3f}")


main()
