"""The descriptions that the services publish, as judges of requests and answers.

Both judge what is sent and what is answered: the call is known, its parameters are known and of
their type, its body fits its schema, and nothing has a member that is not described. They are read
where they are; `present` is false where they are not, and then nothing is judged.
"""
import json
import os
import re
import urllib.parse

import jsonschema

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDER = os.path.join(os.environ.get("FASTI_SHARED", os.path.join(ROOT, "..", "shared")),
                      "federation")
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
FORMATS = jsonschema.FormatChecker(formats=())
FORMATS.checks("date-time")(lambda v: not isinstance(v, str) or bool(INSTANT.fullmatch(v)))
FORMATS.checks("date")(lambda v: not isinstance(v, str) or
                       bool(re.fullmatch(r"\d{4}-\d\d-\d\d", v)))
FORMATS.checks("int64")(lambda v: not isinstance(v, str) or bool(re.fullmatch(r"-?\d+", v)))
FORMATS.checks("uuid")(lambda v: not isinstance(v, str) or
                       bool(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", v)))


def read(name):
    path = os.path.join(FOLDER, name)
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        return json.load(file)


class Judge:
    """JSON values against named schemas."""

    def __init__(self, definitions, where):
        self.root = definitions
        self.where = where  # of references
        self.made = {}

    def wrong(self, value, schema, key):
        """What is wrong with a value; key: the schema's name, so that it is compiled once."""
        if key not in self.made:
            self.made[key] = jsonschema.Draft202012Validator({**self.root, **schema},
                                                             format_checker=FORMATS)
        for error in self.made[key].iter_errors(value):
            at = "/".join(map(str, error.absolute_path))
            yield f"{key} at /{at}: {error.message[:200]}"


def without_null(value):
    """A patch as far as the schemas describe it: null, which takes away, stands in none."""
    if not isinstance(value, dict):
        return value
    return {k: without_null(v) for k, v in value.items() if v is not None}


class Google:
    """The discovery document of Calendar v3."""

    def __init__(self):
        found = read("google-calendar-v3.json")
        self.present = found is not None
        if not self.present:
            return
        self.common = found["parameters"]
        self.methods = [m for r in found["resources"].values() for m in r["methods"].values()]
        self.judge = Judge({"$defs": {name: self.schema(s) for name, s in found["schemas"].items()}},
                           "#/$defs/")
        self.base = "/" + found["servicePath"]
        self.found = found

    def schema(self, node):
        """A schema of the document as JSON Schema, closed."""
        if "$ref" in node:
            return {"$ref": "#/$defs/" + node["$ref"]}
        out = {k: node[k] for k in ("type", "format", "enum") if k in node}
        if out.get("type") == "any":
            del out["type"]
        if "items" in node:
            out["items"] = self.schema(node["items"])
        if "properties" in node:
            out["properties"] = {k: self.schema(v) for k, v in node["properties"].items()}
            out["additionalProperties"] = False
        if "additionalProperties" in node:
            out["additionalProperties"] = self.schema(node["additionalProperties"])
        return out

    def method(self, request):
        if not request.path.startswith(self.base):
            return None
        path = request.path[len(self.base):]
        for method in self.methods:
            pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(method["path"]))
            if method["httpMethod"] == request.method and re.fullmatch(pattern, path):
                return method
        return None

    def scopes(self, request):
        method = self.method(request)
        return method.get("scopes", []) if method else []

    def request(self, request):
        method = self.method(request)
        if method is None:
            yield "is not described"
            return
        known = {**self.common, **method.get("parameters", {})}
        for name, values in request.query.items():
            if name not in known or known[name]["location"] != "query":
                yield f"parameter {name} is not described"
                continue
            if len(values) > 1 and not known[name].get("repeated"):
                yield f"parameter {name} is there twice"
            for value in values:
                yield from self.parameter(name, value, known[name])
        yield from self.body(request, method)

    @staticmethod
    def parameter(name, value, known):
        ok = True
        if known["type"] == "integer":
            ok = bool(re.fullmatch(r"\d+", value)) and int(value) >= int(known.get("minimum", 0))
        elif known["type"] == "boolean":
            ok = value in ("true", "false")
        elif "enum" in known:
            ok = value in known["enum"]
        elif known.get("format") == "date-time":
            ok = bool(INSTANT.fullmatch(value))
        if not ok:
            yield f"parameter {name}={value} is none"

    def body(self, request, method):
        wanted = method.get("request")
        if not wanted:
            if request.raw:
                yield "a body is not described"
            return
        kind = request.header("Content-Type", "").split(";")[0]
        if kind != "application/json":
            yield f"media type {kind!r}"
        try:
            value = request.json()
        except ValueError:
            yield "no JSON"
            return
        name = wanted["$ref"]
        if request.method == "PATCH":
            value = without_null(value)
        yield from self.judge.wrong(value, {"$ref": "#/$defs/" + name}, name)
        for member, schema in self.found["schemas"][name].get("properties", {}).items():
            needed = schema.get("annotations", {}).get("required", ())
            if method["id"] in needed and member not in (value or {}):
                yield f"{member} is missing"

    def answer(self, request, got):
        method = self.method(request)
        if method is None or got.status >= 300:
            return
        wanted = method.get("response")
        if wanted is None:
            if got.body is not None:
                yield "a body is not described"
            return
        name = wanted["$ref"]
        yield from self.judge.wrong(got.body, {"$ref": "#/$defs/" + name}, name)


class Graph:
    """The calendar part of Graph v1.0, as OpenAPI."""

    def __init__(self):
        self.spec = read("msgraph-calendar.json")
        self.present = self.spec is not None
        if not self.present:
            return
        schemas = {k: self.closed(v) for k, v in self.spec["components"]["schemas"].items()}
        for name in ("resourceData", "timeZoneBase"):  # others derive from them
            schemas[name].pop("additionalProperties", None)
        self.judge = Judge({"components": {"schemas": schemas}}, "#/components/schemas/")
        self.base = urllib.parse.urlsplit(self.spec["servers"][0]["url"]).path

    def closed(self, node):
        """The same schema, but without room for what it does not name (annotations of OData)."""
        if isinstance(node, list):
            return [self.closed(v) for v in node]
        if not isinstance(node, dict):
            return node
        out = {k: self.closed(v) for k, v in node.items()}
        if "properties" in out and isinstance(node["properties"], dict) and "type" in out:
            out["patternProperties"] = {"@odata\\.": {}}
            out["additionalProperties"] = False
        return out

    def operation(self, request):
        """(template, operation), the one with the fewest variables."""
        if not request.path.startswith(self.base):
            return None, None
        path, best = request.path[len(self.base):], None
        for template, item in self.spec["paths"].items():
            pattern = re.sub(r"\\\{[^/]+\\\}", "[^/]+", re.escape(template))
            if re.fullmatch(pattern, path) and request.method.lower() in item:
                if best is None or template.count("{") < best.count("{"):
                    best = template
        return best, best and self.spec["paths"][best][request.method.lower()]

    def is_elsewhere(self, request):
        """Of Graph, but not of its calendar part, which is all that is described here."""
        return request.path == self.base + "/me"

    def request(self, request):
        template, operation = self.operation(request)
        if operation is None:
            if not self.is_elsewhere(request):
                yield "is not described"
            return
        known = {p["name"]: p for p in operation["parameters"] if p["in"] == "query"}
        for name, values in request.query.items():
            if name not in known:
                yield f"parameter {name} is not described"
            elif known[name]["schema"]["type"] == "integer" and not values[0].isdigit():
                yield f"parameter {name}={values[0]} is no number"
        for name, parameter in known.items():
            if parameter.get("required") and name not in request.query:
                yield f"parameter {name} is missing"
        yield from self.body(request, template, operation)

    def body(self, request, template, operation):
        described = operation.get("requestBody")
        if not request.raw:
            if described and described.get("required"):
                yield "the body is missing"
            return
        if not described:
            yield "a body is not described"
            return
        kind = request.header("Content-Type", "").split(";")[0]
        if kind not in described["content"]:
            yield f"media type {kind!r}"
            return
        try:
            value = request.json()
        except ValueError:
            yield "no JSON"
            return
        schema = self.closed(described["content"][kind]["schema"])
        yield from self.judge.wrong(value, schema, f"{request.method} {template}")

    def answer(self, request, got):
        _, operation = self.operation(request)
        if operation is None or got.status == 304:
            return
        exact = operation["responses"].get(str(got.status))
        found = exact or operation["responses"].get(f"{got.status // 100}XX")
        if found is None:
            yield "this status is not described"
            return
        schema = found.get("content", {}).get("application/json", {}).get("schema")
        if schema is None:
            if got.body is not None:
                yield "a body is not described"
            return
        key = f"answer {schema.get('$ref', operation['operationId'])} {got.status // 100}"
        yield from self.judge.wrong(got.body, self.closed(schema), key)

    def message(self, value):
        """A notification that we send."""
        if self.present:
            yield from self.judge.wrong(
                value, {"$ref": "#/components/schemas/changeNotificationCollection"}, "message")
