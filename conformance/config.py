"""What the runner has to be told of a server: a small file of sections.

    [server]            url: where discovery begins
                        features: what the server has to have, or has without saying so
    [user], [user2]     name and password; principal and home where discovery shall not be asked
    [places]            paths of principals that are no people: group, room, resource
    [without]           what is not expected, and why: a word of `needs`, or how names of cases begin
"""
import configparser

PEOPLE = ("user", "user2")


class Config:
    """One configuration file."""

    def __init__(self, path, url=None):
        parser = configparser.ConfigParser(interpolation=None, delimiters=("=",),
                                           inline_comment_prefixes=("#",))
        parser.optionxform = str
        with open(path, encoding="utf-8") as file:
            parser.read_file(file)
        sections = {name: dict(parser.items(name)) for name in parser.sections()}
        server = sections.pop("server")
        self.url = url or server["url"]
        self.features = set(server.get("features", "").split())
        self.people = {who: sections.pop(who) for who in PEOPLE if who in sections}
        self.places = sections.pop("places", {})
        self.without = sections.pop("without", {})
        if sections or "user" not in self.people:
            raise ValueError(f"{path}: needs [user], does not know {sorted(sections)}")

    def must_have(self, word):
        return bool(self.features & {"all", word})

    def why_without(self, title):
        """Why a case of this name is not expected to pass, or None."""
        for prefix, why in self.without.items():
            if title.startswith(prefix):
                return why
        return None
