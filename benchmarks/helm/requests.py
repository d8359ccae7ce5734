"""Prints a request of `secretslint eval --lang helm` for each chart below a directory, and for each of its ci/ values files."""
import json
import os
import sys


def charts(root):
    for directory, names, files in os.walk(root):
        names.sort()
        if "Chart.yaml" in files:
            yield directory
            names.clear()  # subcharts are rendered with their parent


def main():
    for chart in charts(os.path.abspath(sys.argv[1])):
        print(json.dumps({"chart": chart}))
        ci = os.path.join(chart, "ci")
        for name in sorted(os.listdir(ci)) if os.path.isdir(ci) else []:
            if name.endswith("-values.yaml"):
                print(json.dumps({"chart": chart, "values": [os.path.join(ci, name)]}))


main()
