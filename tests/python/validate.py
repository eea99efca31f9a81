"""Validates what was rendered against the OpenAPI of Kubernetes and of the Gateway API, unknown fields refused.

Reads JSON on stdin: `outputs`, each with a `name`, the text that was `given` and the text that was `printed`; `versions`, the
oldest and the newest Kubernetes of kubernetes-validate; and `http_route`, the file of HTTPRoute's CustomResourceDefinition.
What was printed and not given was rendered. Prints JSON: the `counts` of rendered objects by kind, and what was `refused`.
"""

import functools
import json
import re
import sys

import yaml
from jsonschema import Draft202012Validator
from kubernetes_validate import utils
from referencing import Registry, Resource

HTTP_ROUTE = ("gateway.networking.k8s.io/v1", "HTTPRoute")
# The user's own, marked and kept for the next run, and what stands beside it in packages.
INPUTS = {"Integration", "ExpandIntegration"}
LISTS = {"List", "ResourceList"}


def documents(stream):
    return re.split(r"(?m)^---(?:[ \t\r].*)?$\n?", stream.removeprefix("\ufeff"))


def parse(document):
    # PyYAML does not read the escapes of JSON that come in pairs.
    if document.lstrip().startswith("{"):
        try:
            return [json.loads(document)]
        except ValueError:
            pass
    return list(yaml.load_all(document, Loader=yaml.CSafeLoader))


def objects(document):
    for value in parse(document):
        if isinstance(value, dict) and value.get("kind") in LISTS:
            yield from value.get("items") or []
        elif isinstance(value, dict):
            yield value


def given_objects(given):
    for document in given:
        try:
            yield from objects(document)
        # Tests also give what cannot be read.
        except yaml.YAMLError:
            pass


def rendered(given, printed):
    given, known = documents(given), None
    verbatim = {document.strip() for document in given}
    for document in documents(printed):
        if document.strip() in verbatim:
            continue
        if known is None:
            known = list(given_objects(given))
        yield from (value for value in objects(document) if value not in known)


@functools.cache
def core(version):
    """The definitions of a version as a registry."""
    definitions = utils.schema_contents(path(version, "_definitions"), version)
    return Resource.from_contents(definitions) @ Registry()


def path(version, name):
    return f"kubernetes-json-schema/v{version}-local-strict/{name}.json"


@functools.cache
def validator(version, api_version, kind, http_route):
    if (api_version, kind) == HTTP_ROUTE:
        return Draft202012Validator(of_custom_resource(http_route), registry=core(version))
    # The file of networking.k8s.io/v1 Ingress is ingress-networking-v1.
    group = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", api_version)
    try:
        schema = utils.schema_contents(path(version, f"{kind.lower()}-{group}"), version)
    except FileNotFoundError:
        return None
    return Draft202012Validator(schema, registry=Resource.from_contents(schema) @ core(version))


@functools.cache
def of_custom_resource(file):
    with open(file, encoding="utf-8") as stream:
        definition = yaml.load(stream, Loader=yaml.CSafeLoader)
    versions = definition["spec"]["versions"]
    schema = next(v["schema"]["openAPIV3Schema"] for v in versions if v["name"] == "v1")
    refuse_unknown(schema)
    metadata = "https://kubernetes.io/api/_definitions.json#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
    schema["properties"]["metadata"] = {"$ref": metadata}
    return schema


def refuse_unknown(schema):
    """As the API server does with strict field validation: what has properties has no others."""
    properties = schema.get("properties")
    if properties and not schema.get("x-kubernetes-preserve-unknown-fields"):
        schema["additionalProperties"] = False
    inner = [*(properties or {}).values(), schema.get("items"), schema.get("additionalProperties")]
    for schema in inner:
        if isinstance(schema, dict):
            refuse_unknown(schema)


def refusals(value, version, http_route):
    """What is wrong with an object: where, as a JSON pointer, and why."""
    api_version, kind = value.get("apiVersion"), value.get("kind")
    schema = validator(version, api_version, kind, http_route)
    if schema is None:
        yield "", f"Kubernetes has no {api_version} {kind}"
        return
    for error in schema.iter_errors(value):
        yield "".join(f"/{key}" for key in error.absolute_path), error.message


def main():
    task = json.load(sys.stdin)
    known = list(dict.fromkeys(utils.all_versions()))
    releases = {utils.major_minor(version): version for version in known}
    ends = [utils.major_minor(known[0]), utils.major_minor(known[-1])]
    if task["versions"] != ends:
        sys.exit(f"kubernetes-validate has the versions {ends[0]} to {ends[1]}, the test names {task['versions']}")
    counts, refused = {}, []
    for output in task["outputs"]:
        name = output["name"]
        try:
            values = list(rendered(output["given"], output["printed"]))
        except yaml.YAMLError as error:
            sys.exit(f"{name}: {error}")
        for value in values:
            kind = value.get("kind")
            if kind in INPUTS:
                continue
            counts[kind] = counts.get(kind, 0) + 1
            identity = f"{kind}/{(value.get('metadata') or {}).get('name')}"
            for version in ends:
                for at, why in refusals(value, releases[version], task["http_route"]):
                    refused.append({"of": name, "object": identity, "version": version, "at": at, "why": why})
    json.dump({"counts": counts, "refused": refused}, sys.stdout)


main()
