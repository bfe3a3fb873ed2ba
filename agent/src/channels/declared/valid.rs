//! Reading a declaration, with every mistake at once. Templates are filled in for trial, so that a misspelled name or
//! a body that is no JSON is found here and not on Black Friday.

use super::spec::{Declaration, Pace, Request};
use super::template::Filler;
use minijinja::{Value, context};
use std::collections::BTreeMap;

mod orders;

/// Reads TOML.
///
/// # Errors
/// Every mistake, each with its key.
pub fn read(text: &str) -> Result<Declaration, Vec<String>> {
    let spec: Declaration =
        toml::from_str(text).map_err(|error| vec![error.to_string().trim_end().to_owned()])?;
    let mut trial = Trial { filler: Filler::default(), spec: &spec, problems: Vec::new() };
    trial.run();
    let problems = trial.problems;
    if problems.is_empty() { Ok(spec) } else { Err(problems) }
}

struct Trial<'a> {
    filler: Filler,
    spec: &'a Declaration,
    problems: Vec<String>,
}

impl Trial<'_> {
    fn run(&mut self) {
        let spec = self.spec;
        let is_name = |text: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        };
        if !is_name(&spec.kind) {
            self.wrong("kind", format!("{:?} must be lower-case letters, digits and underscores", spec.kind));
        }
        for (key, text) in [("title", &spec.title), ("source", &spec.source), ("renew", &spec.renew)] {
            if text.trim().is_empty() {
                self.wrong(key, "must not be empty".to_owned());
            }
        }
        for (index, field) in spec.fields.iter().enumerate() {
            if !is_name(&field.key) || NAMES.contains(&field.key.as_str()) {
                let problem = format!(
                    "{:?} must be lower-case letters, digits and underscores, and none of {}",
                    field.key,
                    NAMES.join(", ")
                );
                self.wrong(&format!("fields[{index}].key"), problem);
            }
            if spec.fields.iter().take(index).any(|other| other.key == field.key) {
                self.wrong(&format!("fields[{index}].key"), format!("{:?} is there twice", field.key));
            }
        }
        self.limits();
        self.auth();
        self.requests();
        self.expressions();
        if let Some(orders) = &spec.orders {
            self.orders(orders);
        }
        for (index, one) in spec.errors.means.iter().enumerate() {
            if one.status.is_none() && one.code.is_none() {
                self.wrong(&format!("errors.means[{index}]"), "names neither a status nor a code".to_owned());
            }
        }
    }

    fn wrong(&mut self, key: &str, problem: String) {
        self.problems.push(format!("{key}: {problem}"));
    }

    fn limits(&mut self) {
        let limits = &self.spec.limits;
        for (key, value) in [
            ("limits.max_batch", limits.max_batch),
            ("limits.concurrency", limits.concurrency),
            ("limits.read_batch", limits.read_batch),
        ] {
            if value == 0 {
                self.wrong(key, "must be at least 1".to_owned());
            }
        }
        if limits.max_quantity < 1 {
            self.wrong("limits.max_quantity", "must be at least 1".to_owned());
        }
        let pace = |pace: &Pace| pace.calls > 0 && pace.burst > 0 && pace.seconds > 0.0 && pace.seconds < 1e7;
        for (key, one) in [("limits.pushes", Some(&limits.pushes)), ("limits.reads", limits.reads.as_ref())] {
            if one.is_some_and(|one| !pace(one)) {
                self.wrong(key, "calls, seconds and burst must be above zero".to_owned());
            }
        }
    }

    fn told(&self) -> Value {
        let told: BTreeMap<&str, String> = self
            .spec
            .fields
            .iter()
            .map(|field| {
                (
                    field.key.as_str(),
                    field.default.clone().filter(|text| !text.is_empty()).unwrap_or("1".to_owned()),
                )
            })
            .collect();
        Value::from_serialize(told)
    }

    fn with(&self, given: Value) -> Value {
        let told = self.told();
        context! { ..given, ..told }
    }

    fn text(&mut self, key: &str, template: &str, context: &Value) -> String {
        match self.filler.text(template, context) {
            Ok(text) => text,
            Err(problem) => {
                self.wrong(key, problem);
                String::new()
            }
        }
    }

    fn auth(&mut self) {
        let spec = self.spec;
        let context = self.with(context! {});
        self.text("endpoint", &spec.endpoint, &context);
        if let Some(token) = &spec.auth.token {
            self.text("auth.token.url", &token.url, &context);
            for (name, value) in &token.form {
                self.text(&format!("auth.token.form.{name}"), value, &context);
            }
            for (key, value) in [("auth.token.user", &token.user), ("auth.token.password", &token.password)] {
                if let Some(value) = value {
                    self.text(key, value, &context);
                }
            }
            let is_secret = |key: &String| spec.fields.iter().any(|field| field.key == *key && field.secret);
            if let Some(key) = token.renews.as_ref().filter(|key| !is_secret(key)) {
                self.wrong("auth.token.renews", format!("{key:?} is no secret field"));
            }
        }
        let signed = signed(&context);
        for (name, value) in &spec.auth.headers {
            self.text(&format!("auth.headers.{name}"), value, &signed);
        }
        for (name, value) in &spec.auth.query {
            self.text(&format!("auth.query.{name}"), value, &signed);
        }
    }

    fn requests(&mut self) {
        let spec = self.spec;
        let external: BTreeMap<&str, &str> =
            spec.pull.external.keys().map(|key| (key.as_str(), "1")).collect();
        let item = |sku: &str| {
            let price = context! { amount => "9.90", currency => "EUR", cents => 990 };
            context! { external => Value::from_serialize(&external), sku, quantity => 1, expected => 0, key => "k", price }
        };
        let items = vec![item("A"), item("B")];
        let push = context! { item => items.first(), items };
        self.request("check", &spec.check.request, &context! {});
        self.request("push", &spec.push.request, &push);
        self.request("observe", &spec.observe.request, &push);
        for cursor in ["", "1"] {
            self.request("pull", &spec.pull.request, &context! { cursor });
        }
        if spec.limits.max_batch > 1
            && spec.push.request.body.as_ref().is_none_or(|body| !body.contains("items"))
        {
            self.wrong(
                "limits.max_batch",
                "is above 1, but push.request.body does not go over items".to_owned(),
            );
        }
    }

    fn request(&mut self, place: &str, request: &Request, given: &Value) {
        self.call(&format!("{place}.request"), request, given);
    }

    fn call(&mut self, place: &str, request: &Request, given: &Value) {
        if !matches!(request.method.as_str(), "GET" | "POST" | "PUT" | "PATCH") {
            self.wrong(
                &format!("{place}.method"),
                format!("{:?} is none of GET, POST, PUT, PATCH", request.method),
            );
        }
        let context = self.with(given.clone());
        let path = self.text(&format!("{place}.path"), &request.path, &context);
        if !path.is_empty() && !path.starts_with('/') {
            self.wrong(&format!("{place}.path"), format!("{path:?} must begin with /"));
        }
        for (name, value) in &request.query {
            self.text(&format!("{place}.query.{name}"), value, &context);
        }
        let signed = signed(&context);
        for (name, value) in &request.headers {
            self.text(&format!("{place}.headers.{name}"), value, &signed);
        }
        if let Some(body) = &request.body
            && let Err(problem) = self.filler.json(body, &context)
        {
            self.wrong(&format!("{place}.body"), problem);
        }
    }

    fn expression(&mut self, key: &str, expression: Option<&String>) {
        if let Some(Err(problem)) = expression.map(|one| self.filler.compiles(one)) {
            self.wrong(key, problem);
        }
    }

    fn expressions(&mut self) {
        let spec = self.spec;
        let mut all = vec![
            ("check.account".to_owned(), &spec.check.account),
            ("pull.listings".to_owned(), &spec.pull.listings),
            ("pull.next".to_owned(), &spec.pull.next),
            ("pull.sku".to_owned(), &spec.pull.sku),
            ("pull.quantity".to_owned(), &spec.pull.quantity),
            ("observe.quantity".to_owned(), &spec.observe.quantity),
        ];
        all.extend(spec.pull.external.iter().map(|(key, one)| (format!("pull.external.{key}"), one)));
        if let Some(results) = &spec.push.results {
            all.extend([
                ("push.results.each".to_owned(), &results.each),
                ("push.results.key".to_owned(), &results.key),
                ("push.results.of".to_owned(), &results.of),
                ("push.results.code".to_owned(), &results.code),
                ("push.results.message".to_owned(), &results.message),
            ]);
        }
        for (key, one) in [
            ("pull.gtin", &spec.pull.gtin),
            ("pull.title", &spec.pull.title),
            ("pull.group", &spec.pull.group),
            ("pull.only", &spec.pull.only),
            ("observe.listings", &spec.observe.listings),
            ("observe.key", &spec.observe.key),
            ("observe.of", &spec.observe.of),
            ("errors.code", &spec.errors.code),
            ("errors.message", &spec.errors.message),
        ] {
            all.extend(one.iter().map(|one| (key.to_owned(), one)));
        }
        for (key, one) in all {
            self.expression(&key, Some(one));
        }
        if spec.pull.external.is_empty() {
            self.wrong("pull.external", "names nothing by which a listing is found again".to_owned());
        }
        let observe = [&spec.observe.listings, &spec.observe.key, &spec.observe.of];
        let given = observe.iter().filter(|one| one.is_some()).count();
        if given != 0 && given != observe.len() {
            self.wrong("observe", "listings, key and of belong together".to_owned());
        }
        if given == 0 && spec.limits.read_batch > 1 {
            self.wrong("limits.read_batch", "is above 1, but observe.listings is missing".to_owned());
        }
        if spec.limits.one_group && spec.pull.group.is_none() {
            self.wrong("limits.one_group", "needs pull.group".to_owned());
        }
    }
}

/// Names that templates are given, and that fields must not have.
const NAMES: &[&str] = &[
    "item",
    "items",
    "cursor",
    "count",
    "body",
    "listing",
    "result",
    "token",
    "timestamp",
    "method",
    "url",
    "path",
    "path_and_query",
    "body_text",
    "status",
    "order",
    "since",
    "now",
    "id",
    "shipment",
    "part",
];

fn signed(context: &Value) -> Value {
    let context = context.clone();
    context! {
        method => "GET", url => "https://api.example/", path => "/", path_and_query => "/", body_text => "",
        timestamp => 1, token => "t", ..context
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = include_str!("../../../channels/squarespace.toml");

    #[test]
    fn what_comes_with_onhand_is_valid() {
        assert_eq!(read(GOOD).map(|spec| spec.kind), Ok("squarespace".to_owned()));
    }

    #[test]
    fn every_mistake_is_named_at_once() {
        let bad = GOOD
            .replace("kind = \"squarespace\"", "kind = \"Square Space\"")
            .replace("{{ api_key }}", "{{ api_kee }}")
            .replace("calls = 300", "calls = 0")
            .replace("\"body.inventory\"", "\"body.inventory +\"");
        let problems = read(&bad).unwrap_err();
        for key in ["kind: ", "limits.pushes: ", "auth.headers.Authorization: ", "pull.listings: "] {
            assert!(problems.iter().any(|problem| problem.starts_with(key)), "{key}: {problems:?}");
        }
    }

    #[test]
    fn a_body_that_is_no_json_and_a_misspelled_name_are_found_before_anything_is_sent() {
        let at = GOOD.find("[push.request]").unwrap();
        let (head, tail) = GOOD.split_at(at);
        let problems =
            read(&format!("{head}{}", tail.replacen("one.quantity", "one.quantiti", 1))).unwrap_err();
        assert!(problems[0].starts_with("push.request.body: undefined value"), "{problems:?}");
        let problems = read(&format!("{head}{}", tail.replacen("]}", "]", 1))).unwrap_err();
        assert!(problems[0].contains("is no JSON when filled in"), "{problems:?}");
    }

    #[test]
    fn what_is_wrong_with_orders_is_found_before_one_comes() {
        let begins = |text: String, key: &str| {
            let problems = read(&text).unwrap_err();
            assert!(problems.iter().any(|problem| problem.starts_with(key)), "{key}: {problems:?}");
        };
        begins(GOOD.replace("\"stage\":", "\"stge\":"), "orders.order: stge: unknown field");
        begins(GOOD.replace("\"currency\": {{ order.grandTotal.currency }},", ""), "orders.order: ");
        begins(GOOD.replace("{{ shipment.sent }}", "{{ shipment.when }}"), "orders.ship[0].request.body: ");
        begins(GOOD.replace("{{ id|segment }}", "{{ number|segment }}"), "orders.by_id.path: ");
        let at = GOOD.find("[[orders.ship]]").unwrap();
        let rest = GOOD.find("[errors]").unwrap();
        begins(format!("{}{}", &GOOD[..at], &GOOD[rest..]), "orders.ship: is missing");
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let problems = read(&GOOD.replace("max_batch", "max_bach")).unwrap_err();
        assert!(problems[0].contains("max_bach") && problems[0].contains("line"), "{problems:?}");
    }
}
