"""Prints a token of the demo's user who is an administrator too, signed with the secret of a local stack's folder."""
import base64, hashlib, hmac, json, pathlib, sys, time

folder = pathlib.Path(sys.argv[1])


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def decode(text):
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


claims = decode((folder / "token").read_text().strip().split(".")[1])
claims |= {"app_metadata": {"role": "admin"}, "exp": int(time.time()) + 86_400}
message = encode(json.dumps({"alg": "HS256", "typ": "JWT"}).encode()) + b"." + encode(json.dumps(claims).encode())
signature = hmac.new((folder / "jwt-secret").read_text().strip().encode(), message, hashlib.sha256).digest()
print((message + b"." + encode(signature)).decode())
