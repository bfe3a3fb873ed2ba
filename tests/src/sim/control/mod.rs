//! The tests' side door under `/_sim/`. Nothing here exists on a real marketplace.
//!
//! | Path (`{m}` is `shopify` or `ebay`) | Body or query | Does |
//! |---|---|---|
//! | `GET health` | | which specifications are in use |
//! | `GET`, `DELETE violations` | | rules of the specification that requests broke |
//! | `POST {m}/seed` | `products` or `items`, or `generate` | creates listings, returns their ids |
//! | `GET {m}/quantities` | `?sku=A&sku=B` or none | what buyers see, by SKU; null where nothing is live |
//! | `GET {m}/log` | `?since=N` | writes received, row by row, with receipt times |
//! | `GET {m}/requests` | `?since=N` | requests answered, with status and behaviours |
//! | `POST {m}/behave` | one behaviour; `{"mode":"normal"}` ends all | misbehaves |
//! | `GET`, `POST {m}/limits` | the limits to change | the documented limits |
//! | `POST {m}/sell`, `{m}/set` | `sku`, `quantity` | a buyer buys; a person sets the quantity |
//! | `POST {m}/end`, `{m}/remove` | `sku` | ends the listing; forgets the item |
//! | `GET wait` | `?channel=&sku=&quantity=&timeout_ms=` | answers when it is so (200) or the time is over (408) |
//! | `POST wait` | `shopify`, `ebay` (SKU to quantity), `timeout_ms` | the same for many |
//! | `POST clock` | `advance_ms` | moves business time ahead: token expiry, calendar day, points |
//! | `POST reset`, `{m}/reset` | | forgets listings, records, behaviours; limits stay |
//!
//! `acts` changes the world, `looks` reads it, `waits` sleeps until it is as wanted. Each is a method of
//! [`World`](super::World), so that a test in the same process needs no HTTP.

mod acts;
mod looks;
mod routes;
mod waits;

pub use routes::routes;
pub use waits::{Waited, WantedMap};
