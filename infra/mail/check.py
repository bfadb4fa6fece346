"""Starts the emulator, sends an e-mail to it, and compares what arrived."""
import os, subprocess, sys

os.environ.update(AWS_ACCESS_KEY_ID="AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY="secret", AWS_DEFAULT_REGION="eu-west-1")

import boto3
from moto.core import DEFAULT_ACCOUNT_ID
from moto.server import ThreadedMotoServer
from moto.ses.models import ses_backends

FROM, TO = "reports@example.com", "ann@example.com"
# What the delivery function needs to start; only the mail service is called.
VARIABLES = {
    "TABLE_NAME": "none", "RUN_QUEUE_URL": "http://127.0.0.1:1/run", "DELIVERY_QUEUE_URL": "http://127.0.0.1:1/delivery",
    "DELIVERY_SLOW_QUEUE_URL": "http://127.0.0.1:1/slow",
    "SECRETS_KEY": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "AWS_REGION": "eu-west-1",
}


def send(endpoint, sender):
    """Whether the emulator takes an e-mail from this address."""
    environment = {**os.environ, **VARIABLES, "AWS_ENDPOINT_URL_SESV2": endpoint}
    ran = subprocess.run(["target/debug/examples/send_mail", sender, TO], env=environment, capture_output=True, text=True)
    return ran.returncode == 0, ran.stderr


subprocess.run(["cargo", "build", "--quiet", "--workspace", "--example", "send_mail"], check=True)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
server.start()
host, port = server.get_host_and_port()
endpoint = f"http://{host}:{port}"
try:
    boto3.client("sesv2", endpoint_url=endpoint).create_email_identity(EmailIdentity=FROM)
    taken, answer = send(endpoint, FROM)
    if not taken:
        sys.exit(f"the emulator refused the e-mail: {answer}")
    taken, answer = send(endpoint, "reports@unverified.example.org")
    if taken or "MessageRejected" not in answer and "400" not in answer:
        sys.exit(f"an unverified sender must be refused: {answer}")
    arrived = ses_backends[DEFAULT_ACCOUNT_ID]["eu-west-1"].sent_messages
finally:
    server.stop()

if len(arrived) != 1:
    sys.exit(f"one e-mail must arrive: {arrived}")
mail = arrived[0]
found = (mail.source, mail.destinations["ToAddresses"], mail.subject)
expected = (FROM, [TO], 'The report "Daily report" (octocat/hello-world) failed')
if found != expected:
    sys.exit(f"{found} is not {expected}")
if "There is no further notice until it works again." not in mail.body:
    sys.exit(f"the text is another one: {mail.body}")
print(f"the emulator took: {mail.subject}")
