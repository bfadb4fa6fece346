"""Prints a token of the demo user with the administrator role, signed with the secret in a local stack's folder."""
import base64, hashlib, hmac, json, pathlib, sys, time


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def decode(text):
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def token(folder, **claims):
    """The demo's token with additional claims, valid for a day."""
    claims = decode((folder / "token").read_text().strip().split(".")[1]) | {"exp": int(time.time()) + 86_400} | claims
    message = encode(json.dumps({"alg": "HS256", "typ": "JWT"}).encode()) + b"." + encode(json.dumps(claims).encode())
    signature = hmac.new((folder / "jwt-secret").read_text().strip().encode(), message, hashlib.sha256).digest()
    return (message + b"." + encode(signature)).decode()


if __name__ == "__main__":
    print(token(pathlib.Path(sys.argv[1]), app_metadata={"role": "admin"}))
