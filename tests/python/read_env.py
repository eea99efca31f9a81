"""Reads manifests on stdin as PyYAML, a YAML 1.1 reader, sees them.

Prints the values of the first container's environment of the first Deployment as a JSON list.
A value that is not read as text is printed as what it was taken for.
"""

import json
import sys

import yaml


def main():
    text = sys.stdin.buffer.read().decode("utf-8")
    for document in yaml.safe_load_all(text):
        if document and document.get("kind") == "Deployment":
            env = document["spec"]["template"]["spec"]["containers"][0]["env"]
            values = [entry["value"] for entry in env]
            print(json.dumps([v if isinstance(v, str) else {"taken for": repr(v)} for v in values]))
            return
    sys.exit("no Deployment")


main()
