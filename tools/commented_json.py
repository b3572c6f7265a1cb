"""JSON with // and /* */ comments, as configurations and driver files have it."""

import json
import re

_STRING_OR_COMMENT = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.loads(_STRING_OR_COMMENT.sub(lambda match: match[1] or " ", file.read()))
