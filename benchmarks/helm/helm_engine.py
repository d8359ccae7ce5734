"""Renders the requests of requests.py with Helm's own engine (helm-python-sdk), all in this one process."""
import json
import sys

from helm_python import Chart, values_from_yaml


def main():
    for line in open(sys.argv[1], encoding="utf-8"):
        request = json.loads(line)
        try:
            values = {}
            for path in request.get("values", []):
                values = values_from_yaml(open(path, encoding="utf-8").read())
            with Chart.load(request["chart"]) as chart:
                rendered = chart.render(values, name="demo", namespace="default")
            print(json.dumps({"bytes": sum(len(text) for text in rendered.values())}))
        except Exception as error:  # a refusal is an answer too
            print(json.dumps({"error": str(error)[:200]}))


main()
