"""docs/openapi.yaml as a judge: requests and answers are checked against what it says.

Of JSON Schema it knows what that file uses, and is stricter in one thing: an answer may have no
member that is not described. A word of a schema that is not known here is an error.
"""
import datetime
import json
import os
import re
import urllib.parse

import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
TEXTS = {"description", "summary", "example", "examples", "default", "readOnly", "title"}
METHODS = ("get", "post", "put", "patch", "delete")


def is_type(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def is_format(value, name):
    try:
        if name == "date":
            return bool(datetime.date.fromisoformat(value))
        if name == "date-time":
            return (datetime.datetime.fromisoformat(value.replace("Z", "+00:00")).tzinfo
                    is not None)
        if name == "uri":
            return bool(urllib.parse.urlsplit(value).scheme)
    except ValueError:
        return False
    return name == "email" and "@" in value


class Strict(yaml.SafeLoader):
    """As YAML 1.2 §3.2.1.1 has it: the keys of a mapping are unique."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"{sorted(map(str, twice))} twice",
                                                    node.start_mark)
        return super().construct_mapping(node, deep)


class Contract:
    def __init__(self):
        with open(os.path.join(ROOT, "docs", "openapi.yaml"), encoding="utf-8") as file:
            self.spec = yaml.load(file, Strict)
        self.used = set()

    def follow(self, node):
        """What a $ref leads to; what stands beside it are texts."""
        while "$ref" in node:
            at = self.spec
            for word in node["$ref"].removeprefix("#/").split("/"):
                at = at[word]
            node = at
        return node

    def operations(self):
        return {(method.upper(), path) for path, item in self.spec["paths"].items()
                for method in METHODS if method in item}

    # ---- schemas --------------------------------------------------------------------------

    def members(self, schema):
        """All that a schema describes, with those that it is made of; None: anything goes."""
        schema = self.follow(schema)
        if schema.get("additionalProperties") not in (None, False):
            return None
        found = set(schema.get("properties", ()))
        for part in schema.get("allOf", ()):
            found |= self.members(part) or set()
        return found

    def wrong(self, value, schema, at="$", closed=None):
        """The first thing that is wrong, or None."""
        schema = self.follow(schema)
        for word, want in schema.items():
            if word in TEXTS:
                continue
            why = getattr(self, "check_" + word.replace("$", ""))(value, want, at, schema)
            if why:
                return why
        if closed and isinstance(value, dict) and "oneOf" not in schema:
            known = self.members(schema)
            extra = set(value) - known if known is not None else ()
            if extra:
                return f"{at}: {sorted(extra)} is not described"
        return None

    def check_type(self, value, want, at, _):
        names = want if isinstance(want, list) else [want]
        return None if any(is_type(value, n) for n in names) else f"{at}: {value!r} is no {want}"

    def check_enum(self, value, want, at, _):
        return None if value in want else f"{at}: {value!r} is none of {want}"

    def check_const(self, value, want, at, _):
        return None if value == want else f"{at}: {value!r} is not {want!r}"

    def check_pattern(self, value, want, at, _):
        ok = not isinstance(value, str) or re.search(want, value)
        return None if ok else f"{at}: {value!r} is not like {want}"

    def check_format(self, value, want, at, _):
        ok = not isinstance(value, str) or is_format(value, want)
        return None if ok else f"{at}: {value!r} is no {want}"

    def check_minimum(self, value, want, at, _):
        return f"{at}: {value} is below {want}" if is_type(value, "integer") and value < want else None

    def check_maximum(self, value, want, at, _):
        return f"{at}: {value} is past {want}" if is_type(value, "integer") and value > want else None

    def check_minLength(self, value, want, at, _):  # noqa: N802
        return f"{at}: too short" if isinstance(value, str) and len(value) < want else None

    def check_maxLength(self, value, want, at, _):  # noqa: N802
        return f"{at}: too long" if isinstance(value, str) and len(value) > want else None

    def check_minItems(self, value, want, at, _):  # noqa: N802
        return f"{at}: too few" if isinstance(value, list) and len(value) < want else None

    def check_maxItems(self, value, want, at, _):  # noqa: N802
        return f"{at}: too many" if isinstance(value, list) and len(value) > want else None

    def check_uniqueItems(self, value, want, at, _):  # noqa: N802
        twice = want and isinstance(value, list) and len(set(map(str, value))) < len(value)
        return f"{at}: twice the same" if twice else None

    def check_required(self, value, want, at, _):
        missing = [n for n in want if isinstance(value, dict) and n not in value]
        return f"{at}: {missing} is missing" if missing else None

    def check_properties(self, value, want, at, _):
        for name, schema in want.items():
            if isinstance(value, dict) and name in value:
                why = self.wrong(value[name], schema, f"{at}.{name}", self.closed)
                if why:
                    return why
        return None

    def check_additionalProperties(self, value, want, at, schema):  # noqa: N802
        for name in value if isinstance(value, dict) else ():
            if name in schema.get("properties", ()):
                continue
            if want is False:
                return f"{at}.{name} is not described"
            why = want is not True and self.wrong(value[name], want, f"{at}.{name}", self.closed)
            if why:
                return why
        return None

    def check_items(self, value, want, at, _):
        for i, item in enumerate(value if isinstance(value, list) else ()):
            why = self.wrong(item, want, f"{at}[{i}]", self.closed)
            if why:
                return why
        return None

    def check_allOf(self, value, want, at, _):  # noqa: N802
        for part in want:
            why = self.wrong(value, part, at)
            if why:
                return why
        return None

    def check_oneOf(self, value, want, at, _):  # noqa: N802
        whys = [self.wrong(value, part, at, self.closed) for part in want]
        return None if whys.count(None) == 1 else f"{at}: not one of them: {whys}"

    # ---- requests and answers ---------------------------------------------------------------

    def find(self, method, path):
        for template, item in self.spec["paths"].items():
            pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
            if re.fullmatch(pattern, path) and method.lower() in item:
                return template, item, item[method.lower()]
        raise AssertionError(f"{method} {path} is not described")

    def check(self, method, target, headers, body, answer):
        path, _, query = target.partition("?")
        template, item, operation = self.find(method, path)
        what = f"{method} {template} {answer.status}"
        self.check_query(what, item.get("parameters", []) + operation.get("parameters", []), query)
        if answer.status < 300:
            self.check_request(what, operation, headers, body)
            self.used.add((method, template))
        self.check_answer(what, operation, answer)

    def check_query(self, what, parameters, query):
        known = {p["name"]: p for p in map(self.follow, parameters) if p["in"] == "query"}
        extra = set(urllib.parse.parse_qs(query, keep_blank_values=True)) - set(known)
        if extra:
            raise AssertionError(f"{what}: parameters {extra} are not described")

    def check_request(self, what, operation, headers, body):
        """What was taken is what the description says can be sent."""
        if "requestBody" not in operation:
            if body:
                raise AssertionError(f"{what}: a body is not described")
            return
        described = self.follow(operation["requestBody"])
        if not body and not described.get("required"):
            return
        content = described["content"]
        kind = headers.get("Content-Type", "").split(";")[0]
        if kind not in content:
            raise AssertionError(f"{what}: {kind} is not described")
        self.closed = False
        why = kind == "application/json" and self.wrong(json.loads(body), content[kind]["schema"])
        if why:
            raise AssertionError(f"{what}: it took {why}")

    def check_answer(self, what, operation, answer):
        known = operation["responses"].get(str(answer.status))
        if known is None:
            raise AssertionError(f"{what} is not described: {answer.text}")
        known = self.follow(known)
        for name, header in known.get("headers", {}).items():
            value, schema = answer.header(name), self.follow(header).get("schema", {})
            if value is not None and "const" in schema and value != schema["const"]:
                raise AssertionError(f"{what}: {name}: {value}")
        if "content" not in known:
            if answer.body:
                raise AssertionError(f"{what}: a body is not described: {answer.text}")
            return
        kind = (answer.header("Content-Type") or "").split(";")[0]
        if kind not in known["content"]:
            raise AssertionError(f"{what}: {kind} is not described")
        self.closed = True
        why = kind.endswith("json") and self.wrong(answer.json(), known["content"][kind]["schema"],
                                                   closed=True)
        if why:
            raise AssertionError(f"{what}: {why}: {answer.text}")
