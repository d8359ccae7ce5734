"""Times secretslint and Helm's engine on the same requests, in turn, on one core; prints medians and the ratio of pairs."""
import os
import resource
import statistics
import subprocess
import sys


def seconds(command, requests):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(requests, "rb") as lines, open(os.devnull, "wb") as nowhere:
        subprocess.run(["taskset", "-c", "0"] + command, stdin=lines, stdout=nowhere, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    requests, tool = sys.argv[1], sys.argv[2]
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    engine = os.path.join(os.path.dirname(os.path.abspath(__file__)), "helm_engine.py")
    ours, theirs = [], []
    for _ in range(runs):
        ours.append(seconds([tool, "eval", "--lang", "helm"], requests))
        theirs.append(seconds([sys.executable, engine, requests], requests))
    ratios = [a / b for a, b in zip(ours, theirs)]
    print(f"secretslint {statistics.median(ours):.2f} s, Helm's engine {statistics.median(theirs):.2f} s of processor time "
          f"(medians of {runs}), ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


main()
