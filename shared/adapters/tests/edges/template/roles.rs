//! Each function's role permits what the function does, and nothing else.

use super::file::{TEXT, at, property};
use super::function;
use adapters::boot::Role;
use serde_json::{Value, json};

const ROLES: [&str; 4] = ["ApiRole", "ReportSchedulerRole", "ReportRunnerRole", "WebhookDeliveryRole"];

/// Every statement of a role's policies, also one under a condition of the template.
fn statements(role: &str) -> Vec<&'static Value> {
    let policies = property(role, "Policies").as_array().expect("policies");
    let listed =
        policies.iter().flat_map(|policy| policy["PolicyDocument"]["Statement"].as_array().expect("statements"));
    listed.map(|statement| statement.pointer("/Fn::If/1").unwrap_or(statement)).collect()
}

#[test]
fn each_role_may_ask_kms_for_the_secrets_that_its_function_needs_and_for_no_other() {
    let both = json!(["kms:GenerateDataKey", "kms:Decrypt"]);
    for (role, actions, keys) in [
        ("ApiRole", Some(both), json!(["user", "repository", "configuration", "account", "notifications"])),
        ("ReportSchedulerRole", None, Value::Null),
        ("ReportRunnerRole", Some(json!("kms:Decrypt")), json!(["user", "repository", "account"])),
        ("WebhookDeliveryRole", Some(json!("kms:Decrypt")), json!(["user", "configuration", "notifications"])),
    ] {
        let mut of_kms = statements(role);
        of_kms.retain(|statement| statement.to_string().contains("kms:") && statement["Resource"] != own_key());
        let expected: Vec<Value> = actions
            .into_iter()
            .map(|actions| {
                json!({
                    "Effect": "Allow",
                    "Action": actions,
                    "Resource": {"Fn::GetAtt": "SecretsKmsKey.Arn"},
                    "Condition": {
                        "Null": {"kms:EncryptionContext:user": "false"},
                        "ForAllValues:StringEquals": {"kms:EncryptionContextKeys": keys},
                    },
                })
            })
            .collect();
        assert_eq!(of_kms, expected.iter().collect::<Vec<_>>(), "{role}");
    }
    assert_eq!(*property("SecretsKmsKey", "EnableKeyRotation"), true);
    for policy in ["DeletionPolicy", "UpdateReplacePolicy"] {
        assert_eq!(*at(&format!("/Resources/SecretsKmsKey/{policy}")), "Retain");
    }
}

/// The key of the parameter.
fn own_key() -> Value {
    json!({"Ref": "KmsKeyArn"})
}

/// A role may use the operator's key through the queues and the secrets only, and traces are sent if they are wanted.
#[test]
fn each_role_may_use_the_key_of_the_parameter_through_queues_and_secrets_only() {
    let key = json!({"Fn::If": ["HasKmsKey", {
        "Effect": "Allow",
        "Action": ["kms:GenerateDataKey", "kms:Decrypt"],
        "Resource": own_key(),
        "Condition": {"StringEquals": {"kms:ViaService": [
            {"Fn::Sub": "sqs.${AWS::Region}.amazonaws.com"},
            {"Fn::Sub": "secretsmanager.${AWS::Region}.amazonaws.com"},
        ]}},
    }, {"Ref": "AWS::NoValue"}]});
    let traces = json!({"Fn::If": ["IsTraced", {
        "Effect": "Allow",
        "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
        "Resource": "*",
    }, {"Ref": "AWS::NoValue"}]});
    for role in ROLES {
        let listed = property(role, "Policies/0/PolicyDocument/Statement").as_array().expect("statements");
        for expected in [&key, &traces] {
            assert!(listed.contains(expected), "{role}: {expected}");
        }
        let of_key = listed.iter().filter(|statement| statement.to_string().contains("KmsKeyArn"));
        assert_eq!(of_key.count(), 1, "{role}");
    }
}

/// The operator's addresses are known to the hosts that users name, and a stack without a VPC stays as it is.
#[test]
fn functions_that_reach_users_hosts_run_in_the_vpc_if_its_subnets_are_set() {
    let in_vpc = |function: Role| {
        let resource = at(&format!("/Resources/{}/Properties", self::function(function)));
        resource.get("VpcConfig").cloned()
    };
    let expected = json!({"Fn::If": [
        "InVpc",
        {
            "SubnetIds": {"Fn::Split": [",", {"Ref": "VpcSubnetIds"}]},
            "SecurityGroupIds": {"Fn::Split": [",", {"Ref": "VpcSecurityGroupIds"}]},
        },
        {"Ref": "AWS::NoValue"},
    ]});
    for role in Role::ALL {
        let wanted = (role != Role::Scheduler).then(|| expected.clone());
        assert_eq!(in_vpc(role), wanted, "{role:?}");
    }
    for role in ["ApiRole", "ReportRunnerRole", "WebhookDeliveryRole", "ReportSchedulerRole"] {
        let listed = property(role, "Policies/0/PolicyDocument/Statement").as_array().expect("statements");
        let network: Vec<&Value> =
            listed.iter().filter(|statement| statement.to_string().contains("ec2:CreateNetworkInterface")).collect();
        assert_eq!(network.len(), usize::from(role != "ReportSchedulerRole"), "{role}");
        assert!(network.iter().all(|statement| statement["Fn::If"][0] == "InVpc"), "{role}: only in a VPC");
    }
    for name in ["VpcSubnetIds", "VpcSecurityGroupIds"] {
        assert_eq!(*at(&format!("/Parameters/{name}/Default")), "", "{name}");
    }
}

/// Only the functions that send e-mail may, from one address, whose identity is that address or its domain.
#[test]
fn each_role_that_sends_mail_may_do_so_from_the_address_of_the_parameter_only() {
    let identity = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/";
    for (role, sends) in
        [("ApiRole", true), ("ReportSchedulerRole", false), ("ReportRunnerRole", false), ("WebhookDeliveryRole", true)]
    {
        let of_ses: Vec<_> =
            statements(role).into_iter().filter(|statement| statement.to_string().contains("ses:")).collect();
        assert_eq!(of_ses.len(), usize::from(sends), "{role}");
        for statement in of_ses {
            assert_eq!(statement["Action"], "ses:SendEmail", "{role}");
            let from = json!({"StringEquals": {"ses:FromAddress": {"Ref": "NotificationEmailFrom"}}});
            assert_eq!(statement["Condition"], from, "{role}");
            let resources = statement["Resource"].as_array().expect("a list").iter();
            assert!(resources.clone().count() == 2 && resources.clone().all(|one| one.to_string().contains(identity)));
        }
    }
}

/// Every role that sends deliveries may send them to both lanes, since it knows neither which of its endpoints are slow
/// nor when one becomes so.
#[test]
fn senders_of_deliveries_may_send_to_the_lanes_that_they_choose() {
    let both = ["DeliveryQueue.Arn", "SlowDeliveryQueue.Arn"];
    // What the scheduler sends begins in the standard lane.
    for (role, lanes) in [
        ("ApiRole", &both[..]),
        ("ReportSchedulerRole", &both[..1]),
        ("ReportRunnerRole", &both),
        ("WebhookDeliveryRole", &both),
    ] {
        let sends = |statement: &&&Value| statement["Action"].to_string().contains("sqs:SendMessage");
        let statements = statements(role);
        let resources = &statements.iter().find(sends).expect("it sends")["Resource"];
        let all = resources.as_array().expect("queues");
        let deliveries = |queue: &&&str| all.contains(&json!({"Fn::GetAtt": **queue}));
        assert_eq!(both.iter().filter(deliveries).count(), lanes.len(), "{role}");
        assert!(lanes.iter().all(|queue| deliveries(&queue)), "{role}");
    }
}

/// A secret is read by the functions when they start, so that its text is in no template, no variable and no event of a
/// deployment, and a rotation needs no deployment.
#[test]
fn each_role_may_read_the_secrets_that_its_function_needs_and_no_other() {
    assert!(!TEXT.contains("{{resolve:"), "the text of a secret would be readable in the function's configuration");
    let [jwt, model, vault] = [
        ("HasJwtSecret", "JwtSecretArn", "JWT_SECRET_ARN"),
        ("HasOpenAiApiKey", "OpenAiApiKeyArn", "OPENAI_API_KEY_ARN"),
        ("SealsUnderKey", "SecretsKey", "SECRETS_KEY_ARN"),
    ];
    let needed = [vec![jwt, model, vault], vec![], vec![model, vault], vec![vault]];
    for ((role, needed), function) in ROLES.into_iter().zip(needed).zip(Role::ALL.map(function)) {
        let listed = property(role, "Policies/0/PolicyDocument/Statement").as_array().expect("statements");
        let of_secrets: Vec<&Value> =
            listed.iter().filter(|statement| statement.to_string().contains("secretsmanager:")).collect();
        let statement = |(condition, secret, _)| {
            let read = json!({
                "Effect": "Allow",
                "Action": "secretsmanager:GetSecretValue",
                "Resource": {"Ref": secret},
            });
            json!({"Fn::If": [condition, read, {"Ref": "AWS::NoValue"}]})
        };
        let expected: Vec<Value> = needed.iter().copied().map(statement).collect();
        assert_eq!(of_secrets, expected.iter().collect::<Vec<_>>(), "{role}");
        for (_, secret, variable) in needed {
            let value = property(function, &format!("Environment/Variables/{variable}"));
            assert!(value.to_string().contains(secret), "{function}: {variable}");
        }
    }
}
