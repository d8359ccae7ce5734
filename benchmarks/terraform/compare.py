"""Times secretslint and terraform on one root that `terraform init` has been run in: processor time of whole processes, in turn, medians.
Usage: compare.py DIRECTORY BLOCKS PATH/secretslint [RUNS]"""
import os
import resource
import statistics
import subprocess
import sys


def seconds(command, directory, text=b""):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(["taskset", "-c", "0"] + command, cwd=directory, input=text, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    directory, blocks, tool = sys.argv[1], int(sys.argv[2]), os.path.abspath(sys.argv[3])
    runs = int(sys.argv[4]) if len(sys.argv) > 4 else 5
    commands = {
        "secretslint inspect": ([tool, "inspect", "--terraform", ".", "--format", "json"], b""),
        "terraform validate": (["terraform", "validate"], b""),
        "terraform console": (["terraform", "console"], b"module.reader_0.resource\n"),
    }
    times = {name: [] for name in commands}
    for _ in range(runs):
        for name, (command, text) in commands.items():
            times[name].append(seconds(command, directory, text))
    own = statistics.median(times["secretslint inspect"])
    for name, found in times.items():
        median = statistics.median(found)
        ratio = statistics.median([a / b for a, b in zip(times["secretslint inspect"], found)])
        print(f"{name}: {median * 1000 / blocks * 1000:.0f} ms for 1,000 blocks ({min(found):.2f} to {max(found):.2f} s in all), secretslint takes {ratio:.2f} of it")


main()
