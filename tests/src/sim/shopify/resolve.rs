//! Which value stands behind each field the simulator answers.
//!
//! A field of the official schema that is not answered here is an error about the simulator, said loudly: a client
//! that starts to use it must teach the simulator first.

use super::connection::PageArgs;
use super::gid::{self, gid, level_gid};
use super::search::Search;
use super::state::{Level, Location, Product, Shop, Variant};
use crate::sim::clock::rfc3339_seconds;
use crate::sim::config::ShopifyAccount;
use serde_json::{Map, Value, json};

/// An object of the graph.
#[derive(Clone)]
pub enum Obj<'s> {
    Query,
    Product(&'s Product),
    Variant(&'s Variant),
    /// The inventory item of a variant.
    Item(&'s Variant),
    Level(&'s Level),
    Location(&'s Location),
    /// An object whose fields are all known beforehand.
    Plain(Plain<'s>),
}

/// An object with given fields.
#[derive(Clone)]
pub struct Plain<'s> {
    ty: &'static str,
    fields: Vec<(&'static str, Out<'s>)>,
}

impl<'s> Plain<'s> {
    pub const fn new(ty: &'static str) -> Self {
        Self { ty, fields: Vec::new() }
    }

    pub fn field(mut self, name: &'static str, value: Out<'s>) -> Self {
        self.fields.push((name, value));
        self
    }

    pub fn leaf(self, name: &'static str, value: Value) -> Self {
        self.field(name, Out::Leaf(value))
    }

    pub const fn out(self) -> Out<'s> {
        Out::Object(Obj::Plain(self))
    }
}

/// What a field resolves to.
#[derive(Clone)]
pub enum Out<'s> {
    Leaf(Value),
    Object(Obj<'s>),
    List(Vec<Out<'s>>),
}

impl<'s> Out<'s> {
    fn object(found: Option<Obj<'s>>) -> Self {
        found.map_or(Self::Leaf(Value::Null), Self::Object)
    }
}

/// Why a field has no value.
#[derive(Clone, Debug)]
pub struct FieldError {
    pub message: String,
    pub code: &'static str,
    /// Whether it is a gap of the simulator rather than an answer of Shopify.
    pub gap: bool,
}

impl FieldError {
    pub fn bad_request(message: &str) -> Self {
        Self { message: message.to_owned(), code: "BAD_REQUEST", gap: false }
    }

    pub fn unknown_to_simulator(what: &str) -> Self {
        Self { message: format!("The simulator does not answer {what}"), code: "SIMULATOR_GAP", gap: true }
    }
}

/// The arguments of a field.
pub type Args = Map<String, Value>;

impl<'s> Obj<'s> {
    /// The object's type.
    #[must_use]
    pub const fn ty(&self) -> &'static str {
        match self {
            Self::Query => "QueryRoot",
            Self::Product(_) => "Product",
            Self::Variant(_) => "ProductVariant",
            Self::Item(_) => "InventoryItem",
            Self::Level(_) => "InventoryLevel",
            Self::Location(_) => "Location",
            Self::Plain(plain) => plain.ty,
        }
    }

    /// The value of a field.
    ///
    /// # Errors
    /// The arguments do not fit, or the simulator does not answer the field.
    pub fn resolve(&self, graph: &Graph<'s>, field: &str, args: &Args) -> Result<Out<'s>, FieldError> {
        let shop = graph.shop;
        let found = match self {
            Self::Query => return graph.query(field, args),
            Self::Plain(plain) => {
                plain.fields.iter().find(|(name, _)| *name == field).map(|(_, v)| v.clone())
            }
            Self::Product(product) => match field {
                "id" => leaf(gid("Product", product.id)),
                "title" => leaf(&product.title),
                "totalInventory" => {
                    let shown = shop.variants_of_product(product.id).filter_map(|v| shop.shown(v.item));
                    leaf(shown.sum::<i64>())
                }
                "tracksInventory" => leaf(shop.variants_of_product(product.id).any(|v| v.tracked)),
                _ => None,
            },
            Self::Variant(v) => match field {
                "id" => leaf(gid("ProductVariant", v.id)),
                "legacyResourceId" => leaf(v.id.to_string()),
                "sku" => leaf(&v.sku),
                "barcode" => leaf(&v.barcode),
                "title" => leaf(&v.title),
                "displayName" => {
                    let product = shop.products.get(&v.product).map_or("", |p| p.title.as_str());
                    leaf(format!("{product} - {}", v.title))
                }
                "inventoryQuantity" => leaf(shop.shown(v.item).unwrap_or(0)),
                "inventoryItem" => Some(Out::Object(Self::Item(v))),
                "product" => Some(Out::object(shop.products.get(&v.product).map(Self::Product))),
                _ => None,
            },
            Self::Item(v) => match field {
                "id" => leaf(gid("InventoryItem", v.item)),
                "legacyResourceId" => leaf(v.item.to_string()),
                "sku" => leaf(&v.sku),
                "tracked" => leaf(v.tracked),
                "variant" => Some(Out::Object(Self::Variant(v))),
                "variants" => {
                    let page = PageArgs::read(args)?;
                    let one = [(v.id, Self::Variant(v))].into_iter().filter(|(id, _)| *id > page.after);
                    Some(page.connection(["ProductVariantConnection", "ProductVariantEdge"], one))
                }
                "inventoryLevel" => {
                    let location = id(args, "locationId").and_then(|g| gid::parse("Location", g));
                    Some(Out::object(location.and_then(|l| shop.level(v.item, l)).map(Self::Level)))
                }
                "inventoryLevels" => {
                    let page = PageArgs::read(args)?;
                    let levels = shop.levels(v.item).filter(|l| l.location > page.after);
                    let nodes = levels.map(|l| (l.location, Self::Level(l)));
                    Some(page.connection(["InventoryLevelConnection", "InventoryLevelEdge"], nodes))
                }
                _ => None,
            },
            Self::Level(level) => match field {
                "id" => leaf(level_gid(level.item, level.location)),
                "isActive" => leaf(true),
                "item" => Some(Out::object(shop.variant_of_item(level.item).map(Self::Item))),
                "location" => Some(Out::object(shop.locations.get(&level.location).map(Self::Location))),
                "quantities" => Some(quantities(level, args)?),
                _ => None,
            },
            Self::Location(location) => match field {
                "id" => leaf(gid("Location", location.id)),
                "name" => leaf(&location.name),
                "isActive" => leaf(true),
                _ => None,
            },
        };
        found.ok_or_else(|| FieldError::unknown_to_simulator(&format!("{}.{field}", self.ty())))
    }
}

fn leaf<'s>(value: impl serde::Serialize) -> Option<Out<'s>> {
    serde_json::to_value(value).ok().map(Out::Leaf)
}

fn id<'a>(args: &'a Args, name: &str) -> Option<&'a str> {
    args.get(name).and_then(Value::as_str)
}

fn quantities<'s>(level: &Level, args: &Args) -> Result<Out<'s>, FieldError> {
    let names = args.get("names").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let each = names.map(|name| {
        let (quantity, updated) = match name {
            "available" => (level.available, json!(rfc3339_seconds(level.updated_us))),
            "on_hand" => (level.on_hand(), Value::Null),
            "committed" => (level.committed, Value::Null),
            "incoming" | "reserved" | "damaged" | "quality_control" | "safety_stock" => (0, Value::Null),
            _ => return Err(FieldError::bad_request(&format!("The quantity name {name} is invalid."))),
        };
        let id = format!(
            "gid://shopify/InventoryQuantity/{}?inventory_item_id={}&name={name}",
            level.location, level.item
        );
        let plain = Plain::new("InventoryQuantity").leaf("id", json!(id)).leaf("name", json!(name));
        Ok(plain.leaf("quantity", json!(quantity)).leaf("updatedAt", updated).out())
    });
    Ok(Out::List(each.collect::<Result<_, _>>()?))
}

/// What the root fields look at.
pub struct Graph<'s> {
    pub shop: &'s Shop,
    pub account: &'s ShopifyAccount,
}

impl<'s> Graph<'s> {
    fn query(&self, field: &str, args: &Args) -> Result<Out<'s>, FieldError> {
        let one = |kind: &str| self.node(id(args, "id").unwrap_or_default(), Some(kind));
        Ok(match field {
            "shop" => self.store(),
            "currentAppInstallation" => self.installation(),
            "product" => one("Product")?,
            "productVariant" => one("ProductVariant")?,
            "inventoryItem" => one("InventoryItem")?,
            "inventoryLevel" => one("InventoryLevel")?,
            "location" if !args.contains_key("id") => {
                Out::object(self.shop.locations.values().next().map(Obj::Location))
            }
            "location" => one("Location")?,
            "node" => self.node(id(args, "id").unwrap_or_default(), None)?,
            "nodes" => {
                let ids =
                    args.get("ids").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
                Out::List(ids.map(|id| self.node(id, None)).collect::<Result<_, _>>()?)
            }
            "locations" => {
                let page = PageArgs::read(args)?;
                let after = self.shop.locations.range(page.after.saturating_add(1)..);
                let nodes = after.map(|(id, location)| (*id, Obj::Location(location)));
                page.connection(["LocationConnection", "LocationEdge"], nodes)
            }
            "productVariants" => self.variants(args)?,
            "inventoryItems" => self.items(args)?,
            _ => return Err(FieldError::unknown_to_simulator(&format!("QueryRoot.{field}"))),
        })
    }

    fn node(&self, gid: &str, kind: Option<&str>) -> Result<Out<'s>, FieldError> {
        let Some((found, id)) = gid::split(gid) else {
            return Err(FieldError {
                message: format!("Invalid global id '{gid}'"),
                code: "argumentLiteralsIncompatible",
                gap: false,
            });
        };
        if kind.is_some_and(|kind| kind != found) {
            return Ok(Out::Leaf(Value::Null));
        }
        Ok(Out::object(match found {
            "Product" => self.shop.products.get(&id).map(Obj::Product),
            "ProductVariant" => self.shop.variants.get(&id).map(Obj::Variant),
            "InventoryItem" => self.shop.variant_of_item(id).map(Obj::Item),
            "Location" => self.shop.locations.get(&id).map(Obj::Location),
            "InventoryLevel" => gid::parse_level(gid)
                .and_then(|(item, location)| self.shop.level(item, location))
                .map(Obj::Level),
            _ => return Err(FieldError::unknown_to_simulator(&format!("nodes of type {found}"))),
        }))
    }

    fn store(&self) -> Out<'s> {
        let shop = Plain::new("Shop").leaf("id", json!(gid("Shop", 1)));
        shop.leaf("name", json!(self.account.shop_name))
            .leaf("myshopifyDomain", json!(self.account.shop_domain))
            .out()
    }

    fn installation(&self) -> Out<'s> {
        let scopes = self.account.scopes.iter().map(|handle| {
            Plain::new("AccessScope").leaf("handle", json!(handle)).leaf("description", json!(handle)).out()
        });
        let scopes = Out::List(scopes.collect());
        Plain::new("AppInstallation")
            .leaf("id", json!(gid("AppInstallation", 1)))
            .field("accessScopes", scopes)
            .out()
    }

    fn variants(&self, args: &Args) -> Result<Out<'s>, FieldError> {
        let (page, search) = (PageArgs::read(args)?, search(args)?);
        let all = || self.shop.variants.range(page.after.saturating_add(1)..).map(|(_, v)| v);
        let ty = ["ProductVariantConnection", "ProductVariantEdge"];
        Ok(match self.by_sku(&search, |v| v.id) {
            Some(few) => page.connection(
                ty,
                few.into_iter().filter(|v| v.id > page.after).map(|v| (v.id, Obj::Variant(v))),
            ),
            None => page
                .connection(ty, all().filter(|v| search.matches(v, v.id)).map(|v| (v.id, Obj::Variant(v)))),
        })
    }

    fn items(&self, args: &Args) -> Result<Out<'s>, FieldError> {
        let (page, search) = (PageArgs::read(args)?, search(args)?);
        let ty = ["InventoryItemConnection", "InventoryItemEdge"];
        Ok(match self.by_sku(&search, |v| v.item) {
            Some(few) => page.connection(
                ty,
                few.into_iter().filter(|v| v.item > page.after).map(|v| (v.item, Obj::Item(v))),
            ),
            None => {
                let all = self.shop.items_after(page.after).filter(|v| search.matches(v, v.item));
                page.connection(ty, all.map(|v| (v.item, Obj::Item(v))))
            }
        })
    }

    /// Matches in the order of their ids, if the SKU index can find them.
    fn by_sku(&self, search: &Search, id: impl Fn(&Variant) -> u64) -> Option<Vec<&'s Variant>> {
        let skus = search.skus()?;
        let mut found: Vec<&Variant> = skus.iter().flat_map(|sku| self.shop.variants_like_sku(sku)).collect();
        found.retain(|v| search.matches(v, id(v)));
        found.sort_by_key(|v| id(v));
        found.dedup_by_key(|v| id(v));
        Some(found)
    }
}

fn search(args: &Args) -> Result<Search, FieldError> {
    let text = args.get("query").and_then(Value::as_str).unwrap_or_default();
    Search::parse(text).map_err(|e| FieldError::unknown_to_simulator(&e))
}
