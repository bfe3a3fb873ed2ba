//! Every route and what it is for.

use super::describe::{Document, begin, document, says};
use super::{State, autopsy, behalf, explain, health, hooks, jobs, operate, orders, problem, screens, view};
use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with};
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use axum::{Extension, Router};

/// A mapping of a few hundred thousand listings.
const LARGEST_FILE: usize = 128 * 1024 * 1024;

/// All routes, and their description.
pub fn router(state: State) -> Router {
    let mut document_of = begin();
    let described = looks().merge(acts()).merge(settings()).finish_api(&mut document_of);
    described
        .route("/v1/openapi", get(document))
        .route("/metrics", get(view::metrics))
        .fallback(problem::no_route)
        .layer(Extension(Document::of(&document_of)))
        .layer(axum::middleware::from_fn_with_state(state.clone(), behalf::note))
        .with_state(state)
}

/// What can be looked at.
#[rustfmt::skip]
fn looks() -> ApiRouter<State> {
    ApiRouter::new()
        .api_route("/v1/health", get_with(health::health, says("health", "Everything that is wrong, and what to do about it")))
        .api_route("/v1/status", get_with(view::status, says("status", "Channels, journal and mirror at a glance")))
        .api_route("/v1/variations", get_with(view::variations, says("variations", "Variations as the mirror has them")))
        .api_route("/v1/listings", get_with(view::listings, says("listings", "Listings, page by page")))
        .api_route("/v1/listings/page", get_with(screens::listings, says("listings-page", "Listings, searched, filtered, sorted, with what the shop has of them")))
        .api_route("/v1/listings/candidates", get_with(view::candidates, says("candidates", "Listings that could not be linked beyond doubt, and what they might be")))
        .api_route("/v1/products", get_with(screens::products, says("products", "Products that are on a channel")))
        .api_route("/v1/cover", get_with(screens::cover, says("cover", "How many days the stock lasts, and how much to order")))
        .api_route("/v1/activity", get_with(screens::activity, says("activity", "Stock changes and what channels were told, by stretches of time")))
        .api_route("/v1/changes", get_with(screens::changes, says("changes", "Who changed which setting, before and after, and who did what by hand")))
        .api_route("/v1/ledger", get_with(view::ledger, says("ledger", "Every movement of a variation's stock, newest first")))
        .api_route("/v1/explain", get_with(explain::explain, says("explain", "Why each channel shows what it shows of a variation")))
        .api_route("/v1/autopsy", get_with(autopsy::autopsy, says("autopsy", "What was sold and not there, and why")))
        .api_route("/v1/snapshots/{snap}", get_with(view::snapshot, says("snapshot", "A restatement of the shop: whether it was read")))
        .api_route("/v1/orders", get_with(orders::list, says("orders", "What channels sold, newest first")))
        .api_route("/v1/deliveries", get_with(hooks::deliveries, says("deliveries", "What outgoing webhooks told, and what became of it")))
        .api_route("/v1/plan", get_with(view::plan, says("plan", "What a channel would be told now, and how long that takes")))
        .api_route("/v1/kinds", get_with(view::kinds, says("kinds", "What can be connected, and what each must be told")))
        .api_route("/v1/drift", get_with(view::drift, says("drift", "Listings that showed something else than they should")))
        .api_route("/v1/feeds", get_with(view::feeds, says("feeds", "What was handed to channels as a file")))
        .api_route("/v1/dead-letters", get_with(view::dead_letters, says("dead-letters", "Listings that were given up on")))
        .api_route("/v1/work", get_with(view::work, says("work", "SKUs that are missing or shared")))
        .api_route("/v1/holds", get_with(view::holds, says("holds", "Sweeps that wait for a person's yes")))
        .api_route("/v1/jobs/{id}", get_with(jobs::one, says("job", "How far a piece of work is, or how it ended")))
}

/// What can be done.
#[rustfmt::skip]
fn acts() -> ApiRouter<State> {
    ApiRouter::new()
        .api_route("/v1/channels/{name}/check", post_with(operate::check, says("check-channel", "Proves a channel's credentials")))
        .api_route("/v1/channels/{name}/resync", post_with(operate::resync, says("resync-channel", "Tells a channel every quantity again")))
        .api_route("/v1/channels/{name}/reconcile", post_with(operate::reconcile, says("reconcile-channel", "Compares what a channel shows with what it should show")))
        .api_route("/v1/channels/{name}/orders/ask", post_with(orders::ask, says("ask-orders", "Asks a channel for its orders, and waits for the answer")))
        .api_route("/v1/orders/retry", post_with(orders::retry, says("retry-orders", "Tries parked orders again")))
        .api_route("/v1/orders/{id}/close", post_with(orders::close, says("close-order", "Says that a parked order was dealt with")))
        .api_route("/v1/deliveries/replay", post_with(hooks::replay, says("replay-deliveries", "Tells again what a webhook did not hear")))
        .api_route("/v1/simulate", post_with(operate::simulate, says("simulate", "Sales once more, by these rules or those")))
        .api_route("/v1/dead-letters/redrive", post_with(operate::redrive, says("redrive", "Sends again what was given up")))
        .api_route("/v1/holds/{id}/confirm", post_with(operate::confirm, says("confirm-hold", "Lets a held sweep go")))
        .api_route("/v1/holds/{id}/reject", post_with(operate::reject, says("reject-hold", "Keeps a held sweep back for good")))
        .api_route("/v1/listings/auto-match", post_with(operate::auto_match, says("auto-match", "Reads a channel's listings and links what can be linked beyond doubt")))
        .api_route("/v1/jobs", get_with(jobs::list, says("jobs", "Long work, the newest first"))
            .post_with(jobs::start, says("start-job", "Starts long work; where the same is running, tells that one's number")))
        .api_route("/v1/jobs/{id}/cancel", post_with(jobs::cancel, says("cancel-job", "Ends a piece of work before its next step")))
        .api_route("/v1/settle", post_with(operate::settle, says("settle", "Waits until everything that is known has been told")))
}

/// What can be set.
#[rustfmt::skip]
fn settings() -> ApiRouter<State> {
    ApiRouter::new()
        .api_route("/v1/channels", get_with(view::channels, says("channels", "Connected accounts and how they are doing"))
            .post_with(operate::add_channel, says("add-channel", "Connects an account, or gives one new credentials")))
        .api_route("/v1/channels/{name}/pause", post_with(operate::pause, says("pause-channel", "Tells a channel nothing until it is resumed")))
        .api_route("/v1/channels/{name}/resume", post_with(operate::resume, says("resume-channel", "Lets a paused channel run again")))
        .api_route("/v1/channels/{name}/reconciliation", post_with(operate::reconciliation, says("set-reconciliation", "Says what a channel's own word leads to where it differs")))
        .api_route("/v1/channels/{name}/prices", post_with(operate::prices, says("set-prices", "Says how a channel's prices follow the shop's, or that they do not")))
        .api_route("/v1/channels/{name}/orders", post_with(orders::set, says("set-orders", "Says what becomes of a channel's orders")))
        .api_route("/v1/shop", post_with(orders::introduce, says("introduce-shop", "The shop says where it is")))
        .api_route("/v1/hooks", get_with(hooks::list, says("hooks", "Services that are told what happens"))
            .post_with(hooks::add, says("add-hook", "Adds one; its secret is told this once")))
        .api_route("/v1/hooks/{id}/remove", post_with(hooks::remove, says("remove-hook", "Forgets one")))
        .api_route("/v1/hooks/{id}/on", post_with(hooks::on, says("hook-on", "Tells it again what happens")))
        .api_route("/v1/hooks/{id}/off", post_with(hooks::off, says("hook-off", "Tells it nothing for now")))
        .api_route("/v1/hooks/{id}/test", post_with(hooks::test, says("test-hook", "Tells it that this is a test")))
        .api_route("/v1/rules", get_with(operate::rules, says("rules", "Rules of one place, without those that stand behind them"))
            .post_with(operate::set_rules, says("set-rules", "Sets or drops rules, and applies them at once")))
        .api_route("/v1/rules/preview", post_with(operate::preview_rules, says("preview-rules", "What every listing would show by changed rules; changes nothing")))
        .api_route("/v1/rules/all", get_with(operate::all_rules, says("all-rules", "All rules but those of single listings")))
        .api_route("/v1/rules/book", get_with(operate::rule_book, says("rule-book", "All rules"))
            .post_with(operate::set_rule_book, says("set-rule-book", "These rules and no others")))
        .api_route("/v1/changes/{id}/undo", post_with(operate::undo, says("undo-change", "Takes a change of rules back, unless they were changed since")))
        .api_route("/v1/listings/map", post_with(operate::map_listing, says("map-listing", "Links one listing by hand")))
        .api_route("/v1/listings/mapping", get_with(view::export_mapping, says("mapping", "A channel's mapping as CSV"))
            .post_with(operate::import_mapping, says("import-mapping", "Links as a CSV file says: all of it, or nothing"))
            .layer(DefaultBodyLimit::max(LARGEST_FILE)))
}
