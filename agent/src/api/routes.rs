//! Every route and what it is for: one table, which the server and the description are both made of. The description is made when
//! somebody asks for it; nothing of it is kept.

use super::describe::{Document, begin, says};
use super::{
    State, autopsy, behalf, data, explain, health, hooks, jobs, ledger, operate, orders, problem, screens,
    view,
};
use aide::axum::ApiRouter;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::IntoResponse;
use axum::routing::{get, post};

/// A mapping of a few hundred thousand listings. Whoever may open the socket may hand it in.
const LARGEST_FILE: usize = 128 * 1024 * 1024;

/// Every route: method, path, handler, name, what it is for.
#[rustfmt::skip]
macro_rules! routes {
    ($route:ident) => {
        $route!(get "/v1/health", health::health, "health", "Everything that is wrong, and what to do about it");
        $route!(get "/v1/status", view::status, "status", "Channels, journal and mirror at a glance");
        $route!(get "/v1/watch", view::watched, "watch", "What channels refused, or showed otherwise, since a moment");
        $route!(get "/v1/variations", view::variations, "variations", "Variations as the mirror has them");
        $route!(get "/v1/listings", view::listings, "listings", "Listings, page by page");
        $route!(get "/v1/listings/page", screens::listings, "listings-page", "Listings, searched, filtered, sorted, with what the shop has of them");
        $route!(get "/v1/listings/candidates", view::candidates, "candidates", "Listings that could not be linked beyond doubt, and what they might be");
        $route!(get "/v1/products", screens::products, "products", "Products that are on a channel");
        $route!(get "/v1/cover", screens::cover, "cover", "How many days the stock lasts, and how much to order");
        $route!(get "/v1/activity", screens::activity, "activity", "Stock changes and what channels were told, by stretches of time");
        $route!(get "/v1/changes", screens::changes, "changes", "Who changed which setting, before and after, and who did what by hand");
        $route!(get "/v1/ledger", ledger::rows, "ledger", "Every movement of a variation's stock, newest first");
        $route!(get "/v1/ledger/undo", ledger::take_back, "ledger-undo", "What would take movements back; changes nothing");
        $route!(get "/v1/explain", explain::explain, "explain", "Why each channel shows what it shows of a variation");
        $route!(get "/v1/autopsy", autopsy::autopsy, "autopsy", "What was sold and not there, and why");
        $route!(get "/v1/snapshots/{snap}", view::snapshot, "snapshot", "A restatement of the shop: whether it was read");
        $route!(get "/v1/orders", orders::list, "orders", "What channels sold, newest first");
        $route!(get "/v1/deliveries", hooks::deliveries, "deliveries", "What outgoing webhooks told, and what became of it");
        $route!(get "/v1/plan", view::plan, "plan", "What a channel would be told now, and how long that takes");
        $route!(get "/v1/data", data::tables, "data", "What there is to be taken along, by name");
        $route!(get "/v1/data/{table}", data::table, "data-table", "All of it, row by row, as a file");
        $route!(get "/v1/kinds", view::kinds, "kinds", "What can be connected, and what each must be told");
        $route!(get "/v1/drift", view::drift, "drift", "Listings that showed something else than they should");
        $route!(get "/v1/feeds", view::feeds, "feeds", "What was handed to channels as a file");
        $route!(get "/v1/dead-letters", view::dead_letters, "dead-letters", "Listings that were given up on");
        $route!(get "/v1/work", view::work, "work", "SKUs that are missing or shared");
        $route!(get "/v1/holds", view::holds, "holds", "Sweeps that wait for a person's yes");
        $route!(get "/v1/jobs/{id}", jobs::one, "job", "How far a piece of work is, or how it ended");
        $route!(post "/v1/channels/{name}/check", operate::check, "check-channel", "Proves a channel's credentials");
        $route!(post "/v1/channels/{name}/resync", operate::resync, "resync-channel", "Tells a channel every quantity again");
        $route!(post "/v1/channels/{name}/reconcile", operate::reconcile, "reconcile-channel", "Compares what a channel shows with what it should show");
        $route!(post "/v1/channels/{name}/orders/ask", orders::ask, "ask-orders", "Asks a channel for its orders, and waits for the answer");
        $route!(post "/v1/orders/retry", orders::retry, "retry-orders", "Tries parked orders again");
        $route!(post "/v1/orders/{id}/close", orders::close, "close-order", "Says that a parked order was dealt with");
        $route!(post "/v1/deliveries/replay", hooks::replay, "replay-deliveries", "Tells again what a webhook did not hear");
        $route!(post "/v1/simulate", operate::simulate, "simulate", "Sales once more, by these rules or those");
        $route!(post "/v1/dead-letters/redrive", operate::redrive, "redrive", "Sends again what was given up");
        $route!(post "/v1/holds/{id}/confirm", operate::confirm, "confirm-hold", "Lets a held sweep go");
        $route!(post "/v1/holds/{id}/reject", operate::reject, "reject-hold", "Keeps a held sweep back for good");
        $route!(post "/v1/listings/resync", operate::resync_listings, "resync-listings", "Tells these listings their quantities again");
        $route!(post "/v1/listings/auto-match", operate::auto_match, "auto-match", "Reads a channel's listings and links what can be linked beyond doubt");
        $route!(get "/v1/jobs", jobs::list, "jobs", "Long work, the newest first");
        $route!(post "/v1/jobs", jobs::start, "start-job", "Starts long work; where the same is running, tells that one's number");
        $route!(post "/v1/jobs/{id}/cancel", jobs::cancel, "cancel-job", "Ends a piece of work before its next step");
        $route!(post "/v1/settle", operate::settle, "settle", "Waits until everything that is known has been told");
        $route!(get "/v1/channels", view::channels, "channels", "Connected accounts and how they are doing");
        $route!(post "/v1/channels", operate::add_channel, "add-channel", "Connects an account, or changes what is given of one; the rest of it stays");
        $route!(post "/v1/channels/{name}/remove", operate::remove_channel, "remove-channel", "Forgets a channel; the ledger stays, and what the channel shows");
        $route!(post "/v1/channels/{name}/pause", operate::pause, "pause-channel", "Tells a channel nothing until it is resumed");
        $route!(post "/v1/channels/{name}/resume", operate::resume, "resume-channel", "Lets a paused channel run again");
        $route!(post "/v1/channels/{name}/reconciliation", operate::reconciliation, "set-reconciliation", "Says what a channel's own word leads to where it differs");
        $route!(post "/v1/channels/{name}/prices", operate::prices, "set-prices", "Says how a channel's prices follow the shop's, or that they do not");
        $route!(post "/v1/channels/{name}/orders", orders::set, "set-orders", "Says what becomes of a channel's orders");
        $route!(post "/v1/shop", orders::introduce, "introduce-shop", "The shop says where it is");
        $route!(get "/v1/hooks", hooks::list, "hooks", "Services that are told what happens");
        $route!(post "/v1/hooks", hooks::add, "add-hook", "Adds one; its secret is told this once");
        $route!(post "/v1/hooks/{id}/remove", hooks::remove, "remove-hook", "Forgets one");
        $route!(post "/v1/hooks/{id}/on", hooks::on, "hook-on", "Tells it again what happens");
        $route!(post "/v1/hooks/{id}/off", hooks::off, "hook-off", "Tells it nothing for now");
        $route!(post "/v1/hooks/{id}/test", hooks::test, "test-hook", "Tells it that this is a test");
        $route!(get "/v1/rules", operate::rules, "rules", "Rules of one place, without those that stand behind them");
        $route!(post "/v1/rules", operate::set_rules, "set-rules", "Sets or drops rules, and applies them at once");
        $route!(post "/v1/rules/careful", operate::set_rules_carefully, "careful-rules", "Sets rules on a few listings first, and takes them back when channels refuse; a job");
        $route!(post "/v1/rules/preview", operate::preview_rules, "preview-rules", "What every listing would show by changed rules; changes nothing");
        $route!(post "/v1/quantities/preview", operate::preview_quantities, "preview-quantities", "What channels would show if the shop had these quantities; changes nothing");
        $route!(get "/v1/rules/all", operate::all_rules, "all-rules", "All rules but those of single listings");
        $route!(get "/v1/rules/book", operate::rule_book, "rule-book", "All rules");
        $route!(post "/v1/rules/book", operate::set_rule_book, "set-rule-book", "These rules and no others");
        $route!(post "/v1/changes/{id}/undo", operate::undo, "undo-change", "Takes a change of a setting back, unless it was changed since");
        $route!(post "/v1/listings/map", operate::map_listing, "map-listing", "Links one listing by hand");
        $route!(get "/v1/listings/mapping", view::export_mapping, "mapping", "A channel's mapping as CSV");
        $route!(post "/v1/listings/mapping", operate::import_mapping, "import-mapping", "Links as a CSV file says: all of it, or nothing");
    };
}

/// All routes.
pub fn router(state: State) -> Router {
    let mut router = Router::new();
    macro_rules! serve {
        ($method:ident $path:literal, $handler:path, $name:literal, $what:literal) => {
            router = router.route($path, $method($handler));
        };
    }
    routes!(serve);
    router
        .route("/v1/openapi", get(document))
        .route("/metrics", get(view::metrics))
        .fallback(problem::no_route)
        .layer(axum::middleware::from_fn_with_state(state.clone(), behalf::note))
        .layer(DefaultBodyLimit::max(LARGEST_FILE))
        .with_state(state)
}

/// `GET /v1/openapi`.
async fn document() -> impl IntoResponse {
    description()
}

/// Made of the handlers.
pub(super) fn description() -> Document {
    let mut router = ApiRouter::<State>::new();
    macro_rules! describe {
        (get $path:literal, $handler:path, $name:literal, $what:literal) => {
            router = router.api_route($path, aide::axum::routing::get_with($handler, says($name, $what)));
        };
        (post $path:literal, $handler:path, $name:literal, $what:literal) => {
            router = router.api_route($path, aide::axum::routing::post_with($handler, says($name, $what)));
        };
    }
    routes!(describe);
    let mut api = begin();
    let _: Router<State> = router.finish_api(&mut api);
    Document::of(&api)
}

#[cfg(test)]
mod tests {
    use super::description;
    use serde_json::{Map, Value, json};

    const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../wp-plugin/src/Rest/answers.json");

    /// The shop hands on what the agent answers: its description takes the shapes from a file made here.
    #[test]
    fn the_shop_knows_how_the_agent_answers() {
        let api: Value = serde_json::from_str(description().text()).unwrap();
        let mut operations = Map::new();
        let mut shapeless = Vec::new();
        for (path, methods) in api["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
                if schema.is_object() && *schema != json!({ "type": "object" }) {
                    operations.insert(format!("{method} {path}"), schema.clone());
                } else {
                    shapeless.push(format!("{method} {path}"));
                }
            }
        }
        // Those are files.
        assert_eq!(
            shapeless,
            ["get /v1/data/{table}", "get /v1/listings/mapping"],
            "what they answer has a type"
        );
        let mut schemas = Map::new();
        let mut wanted = Value::Object(operations.clone()).to_string();
        loop {
            let known = api["components"]["schemas"].as_object().unwrap();
            let is_new = |name: &str, schemas: &Map<String, Value>| {
                wanted.contains(&format!("\"#/components/schemas/{name}\"")) && !schemas.contains_key(name)
            };
            let found: Vec<(String, Value)> = known
                .iter()
                .filter(|(name, _)| is_new(name, &schemas))
                .map(|(name, schema)| (name.clone(), schema.clone()))
                .collect();
            if found.is_empty() {
                break;
            }
            for (name, schema) in found {
                wanted += &schema.to_string();
                schemas.insert(name, schema);
            }
        }
        let made = serde_json::to_string_pretty(&json!({ "operations": operations, "schemas": schemas }))
            .unwrap()
            + "\n";
        if std::env::var_os("ONHAND_GOLDEN_WRITE").is_some() {
            std::fs::write(FILE, &made).unwrap();
        }
        let known = std::fs::read_to_string(FILE).unwrap_or_default();
        assert!(
            known == made,
            "{FILE} is not what the agent answers: ONHAND_GOLDEN_WRITE=1 cargo test -p onhand the_shop_knows"
        );
    }
}
