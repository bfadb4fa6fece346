"""The way of reports through a deployment: from the first report to the deletion of an account. Each function is a step."""

import datetime, json, re, time, uuid

from leaks import Leaks
from outside import Model, utc_now
from stack import expect, wait_for

MAIL_FROM = "reports@example.com"
ADMIN = "00000000-0000-4000-8000-0000000000ad"


class User:
    """A user of the API, with a token as `infra/cloud/token` prints it."""

    def __init__(self, stack, number=1, identifier=None, admin=False):
        self.stack, self.id = stack, identifier or f"00000000-0000-4000-8000-{number:012}"
        printed = stack.run("infra/cloud/token", stack.name, "--user", self.id, *(["--admin"] if admin else []))
        expect(printed.returncode == 0, f"infra/cloud/token prints a token: {printed.stderr}")
        self.token = printed.stdout.strip()

    def call(self, method, path, body=None, status=200, **headers):
        return self.stack.call(method, path, body, self.token, **headers).expect(status, f"{method} {path} {body or ''}")

    def repository(self, path, token, **settings):
        url = self.stack.git.add(path, token, **settings)
        return self.call("POST", "/repositories", {"url": url, "provider": "gitea", "token": token}, 201)["id"]

    def configuration(self, repository, **settings):
        body = {"repository_id": repository, "branch": "main", "schedule": "0 0 1 1 *"} | settings
        return self.call("POST", "/report-configurations", body, 201)

    def started(self, configuration):
        now = utc_now()
        body = {"from": (now - datetime.timedelta(days=20)).isoformat(), "to": now.isoformat()}
        return self.call("POST", f"/report-configurations/{configuration}/run", body, 202)["id"]

    def ended(self, run, seconds=60):
        def end():
            found = self.call("GET", f"/report-runs/{run}")
            return found if found["status"] != "running" else None

        return wait_for(f"the end of run {run}", end, seconds)

    def delivered(self, run, seconds=60):
        return wait_for(
            f"the delivery of run {run}", lambda: self.delivery(run)["state"] not in ("pending", "none") and self.delivery(run), seconds
        )

    def delivery(self, run):
        return self.call("GET", f"/report-runs/{run}")["delivery"]


def next_minute(least_seconds=12):
    """A schedule of one minute, at least so many seconds ahead, and how long it is until then."""
    now = utc_now()
    fire = (now + datetime.timedelta(seconds=least_seconds)).replace(second=0, microsecond=0) + datetime.timedelta(minutes=1)
    return f"{fire.minute} {fire.hour} * * *", (fire - now).total_seconds()


class Walk:
    """The steps, and what later ones need of earlier ones. `secrets` is every secret that was used, by its name."""

    def __init__(self, stack):
        self.stack, self.secrets, self.users, self.received = stack, {}, [], []

    def secret(self, name, text=None):
        self.secrets[name] = text or f"{name.replace(' ', '-')}-{uuid.uuid4().hex}"
        return self.secrets[name]

    def someone(self, number, **settings):
        user = User(self.stack, number, **settings)
        self.secret(f"token {len(self.users)} of {user.id}", user.token)
        self.users.append(user)
        return user

    def administrator(self):
        return self.someone(None, identifier=ADMIN, admin=True)

    def buses(self):
        """The bus of the stack, and the account's."""
        return sorted({"default", *(bus["Name"] for bus in self.stack.aws("events").list_event_buses()["EventBuses"])})

    def catch_events(self):
        """Leads the events of every bus to a queue."""
        queue = self.stack.aws("sqs").get_queue_attributes(QueueUrl=self.events_queue, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        for bus in self.buses():
            pattern = json.dumps({"source": [{"prefix": ""}]})
            self.stack.aws("events").put_rule(Name="all", EventBusName=bus, EventPattern=pattern)
            self.stack.aws("events").put_targets(Rule="all", EventBusName=bus, Targets=[{"Id": "queue", "Arn": queue}])

    def events(self):
        """Every event that was published until now."""
        while found := self.stack.aws("sqs").receive_message(QueueUrl=self.events_queue, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                self.received.append(json.loads(message["Body"]))
                self.stack.aws("sqs").delete_message(QueueUrl=self.events_queue, ReceiptHandle=message["ReceiptHandle"])
        return self.received

    def prepare(self):
        """what exists before a deployment: the key of a model, a verified sender, and a queue that gets all events of the bus"""
        stack = self.stack
        self.add_model_key()
        stack.aws("sesv2").create_email_identity(EmailIdentity=MAIL_FROM)
        self.events_queue = stack.aws("sqs").create_queue(QueueName="events")["QueueUrl"]
        queue = stack.aws("sqs").get_queue_attributes(QueueUrl=self.events_queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        allowed = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": queue}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        stack.aws("sqs").set_queue_attributes(QueueUrl=self.events_queue, Attributes={"Policy": policy})

    def add_model_key(self):
        stack, text = self.stack, self.secret("model key")
        self.model_key = stack.aws("secretsmanager").create_secret(Name=f"{stack.name}/model-key", SecretString=text)["ARN"]
        stack.model.keys = {text}

    def deploy(self, *parameters):
        """infra/deploy: from an empty account to an API that is ready"""
        self.printed = self.stack.deploy(
            "--own-tokens",
            f"OpenAiApiKeyArn={self.model_key}",
            f"OpenAiBaseUrl={self.stack.model.address}",
            "DefaultModel=gpt-4o-mini",
            f"NotificationEmailFrom={MAIL_FROM}",
            *parameters,
        )
        self.secret("jwt secret", self.stack.secret_text(f"{self.stack.name}/jwt-secret"))
        self.catch_events()

    def first_report(self):
        """the lines that infra/deploy prints lead to a first report"""
        stack = self.stack
        lines = re.search(r"# --- first report ---\n(.*?)# --- end ---", self.printed, re.DOTALL)
        expect(lines, "infra/deploy prints the lines of a first report")
        token = self.secret("git token")
        url = stack.git.add("team/notes", token)
        text, urls = re.subn(r"(?m)^REPOSITORY_URL=.*", f"REPOSITORY_URL='{url}' BRANCH=main PROVIDER=gitea", lines[1])
        text, tokens = re.subn(r"(?m)^GIT_TOKEN=.*", f"GIT_TOKEN={token}", text)
        expect((urls, tokens) == (1, 1), "the printed lines set REPOSITORY_URL and GIT_TOKEN once")
        answers = stack.model.answers
        done = stack.run("bash", "-euo", "pipefail", "-c", text)
        expect(
            "The index of notes was added" in done.stdout,
            f"the printed lines print the model's report, they print: {done.stdout} {done.stderr}",
        )
        expect(stack.model.answers == answers + 1, f"one request to the model, {stack.model.answers - answers} were made")
        self.user = self.someone(1)
        self.repository = self.user.call("GET", "/repositories")["data"][0]["id"]

    def test_webhook(self):
        """a test is delivered, with a signature that an independent library verifies"""
        stack = self.stack
        header = {"X-Api-Key": self.secret("webhook header")}
        settings = {"webhook_url": stack.receiver.address("reports"), "webhook_headers": header, "name": "By hand"}
        self.by_hand = self.user.configuration(self.repository, **settings)
        stack.receiver.secrets["reports"] = self.secret("webhook secret", self.by_hand["signing_secret"])
        before = len(stack.receiver.wait("reports", seconds=0))
        tested = self.user.call("POST", f"/report-configurations/{self.by_hand['id']}/test-webhook")
        expect(tested["webhook"]["delivered"], f"the test is delivered, the answer is {tested['webhook']}")
        messages = stack.receiver.wait("reports", count=before + 1, seconds=2)[before:]
        expect([message.verified for message in messages] == [True], f"one message with a valid signature, {messages}")

    def retry(self):
        """a run by hand is delivered, although the receiver fails at first"""
        stack = self.stack
        stack.receiver.plan("reports", 503)
        before = len(stack.receiver.wait("reports", seconds=0))
        run = self.user.started(self.by_hand["id"])
        self.user.ended(run)
        state = self.user.delivered(run)
        self.delivered_run = run
        expect((state["state"], state["attempts"]) == ("delivered", 2), f"delivered at the second attempt, {state}")
        messages = stack.receiver.wait("reports", seconds=0)[before:]
        expect([message.status for message in messages] == [503, 200], f"a refused attempt and an accepted one, {messages}")
        expect(all(message.verified for message in messages), "both attempts have valid signatures")
        expect(len({message.id for message in messages}) == 1, "both attempts have the same webhook-id")
        expect("The index of notes" in messages[1].data["report"], f"the message contains the report, {messages[1].data}")

    def schedule(self):
        """what the schedule of the next minute will do: a report, one that its git host refuses, and one over the limit"""
        stack, user = self.stack, self.user
        admin = self.administrator()
        changed = user.call("PATCH", "/users/profile", {"notification_webhook_url": stack.receiver.address("notices")})
        stack.receiver.secrets["notices"] = self.secret("notices secret", changed["notification_secret"])
        refused = user.repository("team/refused", self.secret("git token that ends"))
        self.limited = self.someone(2)
        private = self.limited.repository("other/private", self.secret("git token of another user"))
        admin.call("PUT", f"/admin/accounts/{self.limited.id}", {"plan": "free", "monthly_runs_limit": 0})
        schedule, self.fires_in = next_minute()
        self.fires_at = time.monotonic() + self.fires_in
        self.scheduled = user.configuration(
            self.repository, schedule=schedule, webhook_url=stack.receiver.address("scheduled"), name="Scheduled"
        )
        stack.receiver.secrets["scheduled"] = self.secret("webhook secret of the schedule", self.scheduled["signing_secret"])
        self.failing = user.configuration(refused, schedule=schedule, webhook_url=stack.receiver.address("never"), name="Refused")
        stack.git.repositories["team/refused"]["token"] = self.secret("git token that begins")
        stack.git.push("team/notes")
        blocked = self.limited.configuration(private, schedule=schedule, webhook_url=stack.receiver.address("blocked"), name="Blocked")
        stack.receiver.secrets["blocked"] = self.secret("webhook secret of the other user", blocked["signing_secret"])

    def own_model(self):
        """a Pro account has its reports written by its own model, with its own key"""
        stack, user = self.stack, self.someone(3)
        self.administrator().call("PATCH", f"/admin/accounts/{user.id}", {"plan": "pro"})
        own = Model(self.secret("key of the own model"))
        settings = {"base_url": own.address, "model": "gpt-4o-mini", "api_key": self.secrets["key of the own model"]}
        user.call("PATCH", "/users/profile", {"model": settings})
        repository = user.repository("pro/notes", self.secret("git token of the pro account"))
        configuration = user.configuration(repository, webhook_url=stack.receiver.address("pro"))
        stack.receiver.secrets["pro"] = self.secret("webhook secret of the pro account", configuration["signing_secret"])
        used = stack.model.answers
        run = user.ended(user.started(configuration["id"]))
        expect((run["status"], run["degraded"]) == ("success", False), f"the own model writes the report, {run}")
        expect((own.answers, stack.model.answers) == (1, used), f"the own model is asked once and the other not, {own.answers}")

    def mail(self):
        """an e-mail address is confirmed by the code in a mail; its account's receiver answers 410"""
        stack, user = self.stack, self.someone(4)
        address = "ann@example.org"
        user.call("PATCH", "/users/profile", {"notification_email": address})
        user.call("POST", "/users/profile/email-code")
        mail = wait_for("an e-mail with a code", lambda: re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", self.mails(address)))
        code = self.secret("e-mail code", mail[0])
        user.call("POST", "/users/profile/confirm-email", {"code": code})
        repository = user.repository("mail/notes", self.secret("git token of the mailed account"))
        configuration = user.configuration(repository, webhook_url=stack.receiver.address("ended"), name="Ended")
        stack.receiver.secrets["ended"] = self.secret("webhook secret of the ended hook", configuration["signing_secret"])
        stack.receiver.plan("ended", 410)
        user.ended(user.started(configuration["id"]))
        self.mailed = (address, code)

    def mailed_notice(self):
        """the notice of a disabled webhook is sent to the confirmed e-mail address"""
        address, code = self.mailed
        wait_for("a mail about the disabled webhook", lambda: "webhook" in self.mails(address).partition(code)[2].lower(), 150)

    def mails(self, address):
        """The texts of the mails to an address, oldest first."""
        sent = json.loads(self.stack.raw("GET", "/_ministack/ses/messages").body)
        return "\n".join(json.dumps(mail) for account in sent["messages"].values() for mail in account if address in json.dumps(mail))

    def slow(self):
        """an endpoint that answers late has its own queue: for a report, a retry, and a refused report that is sent again"""
        stack, user = self.stack, self.someone(6)
        self.administrator().call("PUT", f"/admin/accounts/{user.id}", {"plan": "free", "monthly_runs_limit": 3})
        repository = user.repository("slow/notes", self.secret("git token of the slow account"))
        configuration = user.configuration(repository, webhook_url=stack.receiver.address("slow"), name="Slow")
        stack.receiver.secrets["slow"] = self.secret("webhook secret of the slow hook", configuration["signing_secret"])
        stack.receiver.delays["slow"] = 5.2
        user.delivered(user.started(configuration["id"]))
        stack.receiver.plan("slow", 503)
        second = user.started(configuration["id"])
        expect(user.delivered(second, 90)["attempts"] == 2, "the second report is delivered at its second attempt")
        stack.receiver.plan("slow", 400)
        third = user.started(configuration["id"])
        expect(user.delivered(third, 90)["state"] == "refused", f"the third report is refused, {user.delivery(third)}")
        user.call(
            "POST",
            f"/report-configurations/{configuration['id']}/recover",
            {"since": (utc_now() - datetime.timedelta(hours=1)).isoformat()},
            202,
        )
        wait_for("the refused report that is sent again", lambda: user.delivery(third)["state"] == "delivered", 60)
        self.user.call("POST", f"/report-runs/{self.delivered_run}/redeliver", status=202)
        used = {call.function for call in stack.recorder.calls if call.action == "sqs:SendMessage" and "SlowDeliveryQueue" in call.resource}
        expect({"api", "report-runner", "webhook-delivery"} <= used, f"the functions use the queue of slow endpoints, {used}")

    def slow_notice(self):
        """the notice of the reached limit is sent to the slow endpoint"""
        found = self.stack.receiver.wait("slow", lambda message: message.type == "usage.threshold_reached", seconds=120)
        expect(found and found[0].verified, f"the notice arrives within two minutes, {found}")

    def force_push(self):
        """the branch is rewritten, and the schedule set to the next minute"""
        self.stack.git.rewrite("team/notes")
        self.stack.git.push("team/notes")
        schedule, fires_in = next_minute()
        self.user.call("PATCH", f"/report-configurations/{self.scheduled['id']}", {"schedule": schedule})
        self.fires_at = time.monotonic() + fires_in

    def rewritten(self):
        """the schedule fires after the force-push: the report covers what is new, by time"""
        wait = max(0.0, self.fires_at - time.monotonic())
        reports = self.stack.receiver.wait("scheduled", count=2, seconds=wait + 90)
        expect(len(reports) == 2, f"a second report arrives, {len(reports)} arrived")
        return f"{reports[1].data['commits_processed']} commits"

    def fired(self):
        """the schedule fires: a report is delivered, and notices of the refused and the blocked one"""
        stack = self.stack
        wait = max(0.0, self.fires_at - time.monotonic())
        report = stack.receiver.wait("scheduled", seconds=wait + 90)
        expect(report, "the report of the schedule arrives within 90 s after its minute")
        expect(report[0].verified, "its signature is valid")
        # What the tick of the next minute would do.
        stack.invoke("report-scheduler", scheduled_event())
        notices = stack.receiver.wait("notices", lambda message: message.type == "report.failed", seconds=90)
        expect(
            notices and all(message.verified for message in notices),
            f"the notice of the failed report arrives, with the signature of the account's own secret, {notices}",
        )
        expect(notices[0].data["error_code"] == "TOKEN_INVALID", f"it names the cause, {notices[0].data}")
        paused = stack.receiver.wait("blocked", seconds=90)
        expect(
            paused and paused[0].verified and paused[0].type == "configuration.paused",
            f"the notice of the blocked report arrives, {paused}",
        )
        runs = self.user.call("GET", "/report-runs?trigger=schedule")["data"]
        found = {run["configuration_snapshot"]["name"]: (run["status"], run["error_code"]) for run in runs}
        expected = {"Scheduled": ("success", None), "Refused": ("failed", "TOKEN_INVALID")}
        expect(found == expected, f"the runs are {expected}, not {found}")

    def dead_letters(self):
        """a message that can't be read is a dead letter after five tries, in each queue"""
        stack, sqs = self.stack, self.stack.aws("sqs")
        for queue, letters in (
            ("RunQueue", "RunDeadLetters"),
            ("DeliveryQueue", "DeliveryDeadLetters"),
            ("SlowDeliveryQueue", "SlowDeliveryDeadLetters"),
        ):
            address, dead = stack.resources()[queue], stack.resources()[letters]
            sqs.send_message(QueueUrl=address, MessageBody='{"version":1,"user":"not-a-uuid"}')

            def count():
                return int(
                    sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"][
                        "ApproximateNumberOfMessages"
                    ]
                )

            wait_for(f"a message in {letters}", lambda: count() == 1, 60)

    def notices(self):
        """notices are listed, with where each was sent"""
        listed = self.user.call("GET", "/notices")["data"]
        expect("report.failed" in [notice["type"] for notice in listed], f"report.failed is listed, {listed}")
        return ", ".join(notice["type"] for notice in listed)

    def recount(self):
        """the hourly recount finds and corrects a counter that differs from its runs, and then finds nothing"""
        stack, table = self.stack, self.stack.output("TableName")
        month, shard = recounted_part(utc_now())
        # The part of an account is the last digit of its id.
        user = self.someone(100 + shard)
        repository = user.repository("counted/notes", self.secret("git token of the counted account"))
        configuration = user.configuration(repository, webhook_url=stack.receiver.address("counted"))
        stack.receiver.secrets["counted"] = self.secret("webhook secret of the counted account", configuration["signing_secret"])
        user.delivered(user.started(configuration["id"]))
        # A counted run that the table does not have. In the hours for the month before, that month gets a copy of the records.
        this = utc_now().strftime("%Y-%m")
        for item in stack.items():
            if user.id in item["pk"]["S"] and item["sk"]["S"].startswith((f"USAGE#{this}", f"ROLLUP#{this}")):
                if "counted_runs" in item:
                    item["counted_runs"]["N"] = str(int(item["counted_runs"]["N"]) + 1)
                item["sk"]["S"] = item["sk"]["S"].replace(this, month)
                if "fleet" in item:
                    item["fleet"]["S"] = item["fleet"]["S"].replace(this, month)
                stack.aws("dynamodb").put_item(TableName=table, Item=item)
        first = stack.invoke("report-scheduler", {"job": "recount"})["recount"]
        expect(first["compared"] >= 1 and first["corrected"] == 1 and not first["failed"], f"one counter is corrected, {first}")
        second = stack.invoke("report-scheduler", {"job": "recount"})["recount"]
        expect(second["compared"] == first["compared"] and second["corrected"] == 0, f"then none differs, {second}")
        return f"part {shard} of {month}, {first}"

    def erasure(self):
        """an account is deleted: its records disappear from the table, except those that an invoice needs"""
        stack, user = self.stack, self.someone(5)
        repository = user.repository("gone/notes", self.secret("git token of the deleted account"))
        user.configuration(repository, webhook_url=stack.receiver.address("gone"))

        def records():
            return sorted(item["sk"]["S"] for item in stack.items() if user.id in item["pk"]["S"])

        expect(any(key.startswith("REPO") or "REPO" in key for key in records()), f"a record of the repository before, {records()}")
        user.call("DELETE", "/users/profile", status=202)

        def state():
            stack.invoke("report-scheduler", scheduled_event())
            return user.call("DELETE", "/users/profile", status=202)["status"] == "deleted"

        wait_for("the end of the deletion", state, 240, pause=5)
        left = [key for key in records() if not key.startswith(("ACCOUNT", "AUDIT", "USAGE"))]
        expect(not left, f"only the account, its audit and its usage remain, but {left}")
        return ", ".join(records())

    def rotate_jwt(self):
        """the secret of tokens is replaced without a deployment: new tokens are accepted, then old ones are refused"""
        stack, before = self.stack, self.versions()
        old = self.user.token
        text = self.secret("new jwt secret")
        stack.aws("secretsmanager").put_secret_value(SecretId=f"{stack.name}/jwt-secret", SecretString=text)
        self.user = self.someone(1)

        def accepted():
            return stack.call("GET", "/report-runs/usage", token=self.user.token).status == 200

        wait_for("a token under the new secret is accepted", accepted, 60, pause=2)
        refused = stack.call("GET", "/report-runs/usage", token=old).status
        expect(refused == 401, f"a token under the old secret is answered 401, not {refused}")
        expect(self.versions() == before, "nothing was deployed")

    def rotate_model_key(self):
        """the key of the model is replaced without a deployment: the next report is written with the new one"""
        stack, before = self.stack, self.versions()
        new = self.secret("new model key")
        stack.aws("secretsmanager").put_secret_value(SecretId=self.model_key, SecretString=new)
        stack.model.keys, answers = {new}, stack.model.answers
        run = self.user.ended(self.user.started(self.by_hand["id"]))
        expect(
            (run["status"], run["degraded"]) == ("success", False), f"the model writes the report, {run['status']} {run['degraded_reason']}"
        )
        expect(stack.model.refused >= 1 and stack.model.answers > answers, "the old key is refused once, then the new one is used")
        expect(self.versions() == before, "nothing was deployed")

    def versions(self):
        lambdas = self.stack.aws("lambda")
        return [(item["FunctionName"], item["LastModified"], item["CodeSha256"]) for item in lambdas.list_functions()["Functions"]]

    def key_vault(self):
        """a second stack, which encrypts stored secrets under a key in Secrets Manager, shows none of its secrets either"""
        other = Walk(self.stack.sibling(f"{self.stack.name}-key"))
        other.events_queue = self.events_queue
        other.add_model_key()
        other.deploy("SecretsVault=key", next(f"Architecture={value}" for name, value in self.parameters() if name == "Architecture"))
        other.secret("key of stored secrets", other.stack.secret_text(other.stack.resources()["SecretsKey"]))
        for action in (other.first_report, other.test_webhook, Leaks(other.stack, other, ("api", "report-runner"), ("table",)).none):
            action()
        done = self.stack.run("infra/destroy", other.stack.name, "--data", "--yes", text=f"{other.stack.name}\n")
        expect(done.returncode == 0, f"the second stack is deleted: {done.stdout} {done.stderr}")

    def parameters(self):
        return [(item["ParameterKey"], item["ParameterValue"]) for item in self.stack.described()["Parameters"]]

    def again(self):
        """infra/deploy again, without parameters: nothing changes"""
        before = self.versions()
        self.stack.deploy("--own-tokens")
        expect(self.versions() == before, "the functions are the same")

    def destroy(self):
        """infra/destroy: the stack is deleted, the data only after its name is typed, and both can be repeated"""
        stack = self.stack
        first = stack.run("infra/destroy", stack.name, "--yes")
        expect(first.returncode == 0, f"the stack is deleted: {first.stdout} {first.stderr}")
        for kind in ("AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::S3::Bucket", "AWS::SecretsManager::Secret"):
            expect(kind in first.stdout, f"{kind} is retained: {first.stdout}")
        tables = stack.aws("dynamodb").list_tables()["TableNames"]
        wrong = stack.run("infra/destroy", stack.name, "--data", text="another\n")
        expect(
            wrong.returncode == 1 and stack.aws("dynamodb").list_tables()["TableNames"] == tables,
            f"a wrong name deletes nothing: {wrong.stdout}",
        )
        right = stack.run("infra/destroy", stack.name, "--data", text=f"{stack.name}\n")
        expect(right.returncode == 0, f"the data is deleted: {right.stdout} {right.stderr}")
        again = stack.run("infra/destroy", stack.name, "--data")
        expect(again.returncode == 0 and "nothing is left" in again.stdout, f"nothing is left: {again.stdout} {again.stderr}")
        expect(not stack.aws("dynamodb").list_tables()["TableNames"], "no table is left")

    def dashboard(self):
        """the dashboard's files are in its bucket, the page uncached and the others with names that change"""
        stack, bucket = self.stack, self.stack.output("DashboardBucketName")
        keys = [item["Key"] for item in stack.aws("s3").list_objects_v2(Bucket=bucket)["Contents"]]
        page = stack.aws("s3").get_object(Bucket=bucket, Key="index.html")
        expect(page["CacheControl"] == "no-cache", f"index.html has no-cache, not {page['CacheControl']}")
        named = re.findall(r'(?:src|href)="/(assets/[^"]+)"', page["Body"].read().decode())
        expect(named and set(named) <= set(keys), f"the files that the page names are published: {named}")
        asset = stack.aws("s3").head_object(Bucket=bucket, Key=named[0])
        expect("immutable" in asset["CacheControl"], f"{named[0]} is immutable, not {asset['CacheControl']}")
        return f"{len(keys)} files"


def recounted_part(now, parts=8):
    """The month and the part of the accounts that the recount of an hour compares."""
    hour = int(now.timestamp()) // 3600
    earlier = hour // parts % 3 == 1
    month = now.replace(day=1) - datetime.timedelta(days=1) if earlier else now
    return month.strftime("%Y-%m"), hour % parts


def scheduled_event():
    """The event of EventBridge's rule for this minute."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": utc_now().strftime("%Y-%m-%dT%H:%M:00Z"),
        "region": "eu-west-1",
        "resources": [],
        "detail": {},
    }
