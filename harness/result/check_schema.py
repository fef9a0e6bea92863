"""check_schema.py SCHEMA FILE: exits 0 when the schema is one and the file is what it says (Debian: python3-jsonschema)."""
import json
import sys

import jsonschema

schema, document = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:3])
jsonschema.Draft202012Validator.check_schema(schema)
errors = list(jsonschema.Draft202012Validator(schema).iter_errors(document))
for error in errors[:20]:
    print("/" + "/".join(map(str, error.absolute_path)), error.message[:200], file=sys.stderr)
sys.exit(1 if errors else 0)
