"""What a deployment calls outside of AWS, on this machine: a git host behind TLS, a model, and receivers of webhooks.

The git host has the API of Gitea, and a certificate of an authority that is made for each run. Every server records what it got.
"""

import collections, datetime, hashlib, http.server, ipaddress, json, pathlib, ssl, sys, threading, time, urllib.parse

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

DAY = datetime.timedelta(days=1)


def utc_now():
    return datetime.datetime.now(datetime.UTC)


class Authority:
    """A certificate authority, and the one certificate that it issues, for servers on loopback."""

    def __init__(self, folder):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "An authority for one run")])
        usage = x509.KeyUsage(
            False, False, False, False, False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False
        )
        authority = self.builder(name, name, key).add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        certificate = authority.add_extension(usage, critical=True).sign(key, hashes.SHA256())
        self.file = pathlib.Path(folder) / "authority.pem"
        self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

        server_key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        server = self.builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), name, server_key)
        issued = server.add_extension(x509.SubjectAlternativeName(names), critical=False).sign(key, hashes.SHA256())
        file = pathlib.Path(folder) / "server.pem"
        file.touch(0o600)
        form = serialization.PrivateFormat.PKCS8
        private = server_key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
        file.write_bytes(private + issued.public_bytes(serialization.Encoding.PEM))
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(file)

    @staticmethod
    def builder(subject, issuer, key):
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number())
        return builder.not_valid_before(utc_now() - DAY).not_valid_after(utc_now() + DAY)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body, headers=()):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in [("Content-Type", "application/json"), ("Content-Length", str(len(data))), *headers]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads, request_queue_size = True, 128

    def __init__(self, handler, context=None, port=0):
        super().__init__(("127.0.0.1", port), handler)
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        # A client may end its connection at any time.
        if not isinstance(sys.exc_info()[1], (ConnectionError, ssl.SSLError)):
            super().handle_error(request, client_address)


def commit(number, age):
    """A commit in the form of Gitea's API, `age` ago."""
    subjects = ["feat: add the index of notes", "fix: keep the order of pages", "docs: explain the export"]
    sha = hashlib.sha1(f"commit {number}".encode()).hexdigest()
    parent = hashlib.sha1(f"commit {number - 1}".encode()).hexdigest()
    person = {"name": "Ada Example", "email": "ada@example.com", "date": (utc_now() - age).isoformat(timespec="seconds")}
    detail = {"message": f"{subjects[number % 3]} ({number})\n", "author": person, "committer": person}
    parents = [{"sha": parent}] if number else []
    return {
        "sha": sha,
        "html_url": f"https://localhost/commit/{sha}",
        "commit": detail,
        "author": None,
        "parents": parents,
        "stats": {"additions": 10 + number, "deletions": number},
    }


class GitHost:
    """A Gitea server with private repositories: each needs its own token."""

    def __init__(self, authority):
        host = self

        class Gitea(Handler):
            def do_GET(self):
                host.get(self)

        self.repositories, self.requests = {}, collections.Counter()
        self.server = Server(Gitea, authority.context)
        self.address = f"https://localhost:{self.server.server_port}"

    def add(self, path, token, commits=6):
        """A repository, with its address. Its commits are of the last days, newest first."""
        listed = [commit(number, datetime.timedelta(hours=20 * (commits - number))) for number in range(commits)]
        self.repositories[path] = {"token": token, "commits": listed[::-1]}
        return f"{self.address}/{path}"

    def push(self, path):
        commits = self.repositories[path]["commits"]
        commits.insert(0, commit(len(commits), datetime.timedelta(seconds=2)))

    def rewrite(self, path):
        """A force-push: the same commits with other ids."""
        commits = self.repositories[path]["commits"]
        ages = [utc_now() - datetime.datetime.fromisoformat(item["commit"]["committer"]["date"]) for item in commits]
        self.repositories[path]["commits"] = [commit(1000 - place, age) for place, age in enumerate(ages)]

    def get(self, request):
        url = urllib.parse.urlsplit(request.path)
        parts, query = url.path.removeprefix("/api/v1/repos/").split("/"), dict(urllib.parse.parse_qsl(url.query))
        path, rest = "/".join(parts[:2]), parts[2:]
        found = self.repositories.get(path)
        self.requests[path] += 1
        authorization = request.headers.get("Authorization", "")
        if not found or not authorization:
            return request.answer(404, {"message": "not found"})
        if authorization != f"token {found['token']}":
            return request.answer(401, {"message": "the token is not valid"})
        commits = found["commits"]
        head = {"name": "main", "commit": {"id": commits[0]["sha"]}, "protected": False}
        match rest:
            case []:
                return request.answer(200, {"id": 1, "full_name": path, "default_branch": "main", "empty": False})
            case ["branches"]:
                return request.answer(200, [head])
            case ["branches", "main"]:
                return request.answer(200, head)
            case ["git", "commits", sha]:
                one = next((item for item in commits if item["sha"] == sha), None)
                return request.answer(200 if one else 404, one or {"message": "not found"})
            case ["commits"]:
                return request.answer(200, self.listed(commits, query))
        request.answer(404, {"message": "not found"})

    @staticmethod
    def listed(commits, query):
        ids = [item["sha"] for item in commits]
        start = ids.index(query["sha"]) if query.get("sha") in ids else 0
        end = ids.index(query["not"]) if query.get("not") in ids else len(ids)
        since, until = query.get("since", ""), query.get("until", "9")

        def instant(text):
            return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))

        chosen = [
            item
            for item in commits[start:end]
            if (not since or instant(item["commit"]["committer"]["date"]) >= instant(since))
            and (until == "9" or instant(item["commit"]["committer"]["date"]) <= instant(until))
        ]
        size, page = int(query.get("limit", 50)), int(query.get("page", 1))
        return chosen[(page - 1) * size : page * size]


class Model:
    """An OpenAI-compatible provider that accepts the keys in `keys`."""

    TEXT = "# Notes\n\nThe index of notes was added, and the order of pages is kept."

    def __init__(self, *keys):
        model = self

        class OpenAi(Handler):
            def do_GET(self):
                model.handle(self, lambda: {"object": "list", "data": [{"id": "gpt-4o-mini", "object": "model"}]})

            def do_POST(self):
                json.loads(self.body())
                model.handle(self, model.completion)

        self.keys, self.answers, self.refused = set(keys), 0, 0
        self.server = Server(OpenAi)
        self.address = f"http://localhost:{self.server.server_port}/v1"

    def handle(self, request, answer):
        if request.headers.get("Authorization", "").removeprefix("Bearer ") in self.keys:
            self.answers += request.command == "POST"
            request.answer(200, answer())
        else:
            self.refused += 1
            request.answer(
                401,
                {
                    "error": {
                        "message": "Incorrect API key provided.",
                        "type": "invalid_request_error",
                        "param": None,
                        "code": "invalid_api_key",
                    }
                },
            )

    def completion(self):
        usage = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": self.TEXT}}
        return {"id": "chatcmpl-1", "object": "chat.completion", "model": "gpt-4o-mini", "choices": [choice], "usage": usage}


Message = collections.namedtuple("Message", "path id type data status verified at")


class Receiver:
    """Receivers of webhooks, each at a path of its own, which verify signatures by a library that is not ours."""

    def __init__(self):
        receiver = self

        class Hook(Handler):
            def do_POST(self):
                receiver.post(self)

        self.secrets, self.answers, self.delays, self.messages, self.changed = {}, {}, {}, [], threading.Condition()
        self.server = Server(Hook)

    def address(self, path):
        return f"http://localhost:{self.server.server_port}/{path}"

    def plan(self, path, *statuses):
        """The statuses of the next answers; 200 after them."""
        self.answers[path] = list(statuses)

    def post(self, request):
        path, body = request.path.strip("/"), request.body()
        secret, verified = self.secrets.get(path), False
        if secret:
            try:
                Webhook(secret).verify(body, {name.lower(): value for name, value in request.headers.items()})
                verified = True
            except WebhookVerificationError:
                pass
        status = self.answers[path].pop(0) if self.answers.get(path) else 200
        time.sleep(self.delays.get(path, 0))
        content = json.loads(body)
        kind = content.get("type")
        with self.changed:
            identifier = request.headers.get("webhook-id")
            self.messages.append(Message(path, identifier, kind, content.get("data"), status, verified, time.monotonic()))
            self.changed.notify_all()
        request.answer(status, {"received": True})

    def wait(self, path, matches=lambda message: True, count=1, seconds=60):
        """The messages at a path that match, as soon as there are `count`; those that there are after the time."""
        until = time.monotonic() + seconds
        with self.changed:
            while True:
                found = [message for message in self.messages if message.path == path and matches(message)]
                if len(found) >= count or not self.changed.wait(timeout=max(0.0, until - time.monotonic())):
                    return found
