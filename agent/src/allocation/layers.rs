//! Whose rule holds. The fewer variations a rule is for, the sooner it is heard; of equal ones that of the channel goes
//! before that of all channels: a listing's own, its SKU's, its product's, its tags', its categories', its channel's, and
//! at last those of everything. Each rule is decided by itself: one may come from a tag and another from the channel.

use super::Rules;
use crate::domain::ChannelId;

/// For which variations rules are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Those with this SKU.
    Sku(String),
    /// Those of this product: WooCommerce's id.
    Product(i64),
    /// Those of products with this tag: its slug.
    Tag(String),
    /// Those of products in this category, or in one that lies in it: its slug.
    Category(String),
    /// All.
    All,
}

impl Scope {
    /// What it is called.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Sku(_) => "sku",
            Self::Product(_) => "product",
            Self::Tag(_) => "tag",
            Self::Category(_) => "category",
            Self::All => "all",
        }
    }

    /// Which one of these.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Sku(key) | Self::Tag(key) | Self::Category(key) => key.clone(),
            Self::Product(id) => id.to_string(),
            Self::All => String::new(),
        }
    }

    /// What is said where no variation is meant by it.
    #[must_use]
    pub fn is_for_nothing(&self) -> String {
        match self {
            Self::Sku(sku) => format!("no variation has the SKU {sku}"),
            Self::Product(id) => format!("the shop has no product with the id {id}"),
            Self::Tag(slug) => format!("the shop has no product with the tag {slug}"),
            Self::Category(slug) => format!("the shop has no product in the category {slug}"),
            Self::All => "the shop has no product".to_owned(),
        }
    }

    /// From what it is called, and which one.
    #[must_use]
    pub fn parse(kind: &str, key: &str) -> Option<Self> {
        Some(match kind {
            "sku" => Self::Sku(key.to_owned()),
            "product" => Self::Product(key.parse().ok()?),
            "tag" => Self::Tag(key.to_owned()),
            "category" => Self::Category(key.to_owned()),
            "all" => Self::All,
            _ => return None,
        })
    }

    fn holds_for(&self, filed: &Filed) -> bool {
        let under = |what: &str, slug: &String| filed.terms.iter().any(|(one, of)| one == what && of == slug);
        match self {
            Self::Sku(sku) => filed.sku.as_ref() == Some(sku),
            Self::Product(id) => filed.product == *id,
            Self::Tag(slug) => under("tag", slug),
            Self::Category(slug) => under("category", slug),
            Self::All => true,
        }
    }
}

/// What a variation is known by, as far as rules are concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filed {
    /// Its SKU.
    pub sku: Option<String>,
    /// Its product, or itself where it has none.
    pub product: i64,
    /// What it is filed under.
    pub terms: Vec<(String, String)>,
}

/// Rules for a part of the variations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSet {
    /// On this channel; `None`: on all.
    pub channel: Option<ChannelId>,
    /// For these variations.
    pub scope: Scope,
    /// The rules.
    pub rules: Rules,
}

/// Rules and whose they are, the first one that says something decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layers(Vec<(String, Rules)>);

impl Layers {
    /// Of a listing. `sets`: in the order of their scopes.
    #[must_use]
    pub fn of(own: Rules, channel: ChannelId, channels: Rules, filed: &Filed, sets: &[RuleSet]) -> Self {
        let mut layers = vec![("this listing's own rule".to_owned(), own)];
        let holding =
            |set: &&RuleSet| set.channel.is_none_or(|only| only == channel) && set.scope.holds_for(filed);
        let mut narrow: Vec<&RuleSet> =
            sets.iter().filter(|set| set.scope != Scope::All).filter(holding).collect();
        narrow.sort_by_key(|set| (rank(&set.scope), set.channel.is_none(), set.scope.clone()));
        layers.extend(narrow.into_iter().map(|set| (name(set), set.rules)));
        layers.push(("the channel's rule".to_owned(), channels));
        let everything = sets.iter().filter(|set| set.scope == Scope::All).filter(holding);
        layers.extend(everything.map(|set| (name(set), set.rules)));
        Self(layers)
    }

    /// The rules that hold.
    #[must_use]
    pub fn merged(&self) -> Rules {
        self.0.iter().fold(Rules::default(), |merged, (_, rules)| merged.over(*rules))
    }

    /// Whose rule it is that holds.
    #[must_use]
    pub fn whose(&self, said: impl Fn(&Rules) -> bool) -> &str {
        self.0.iter().find(|(_, rules)| said(rules)).map_or("no rule", |(name, _)| name)
    }
}

fn rank(scope: &Scope) -> u8 {
    match scope {
        Scope::Sku(_) => 0,
        Scope::Product(_) => 1,
        Scope::Tag(_) => 2,
        Scope::Category(_) => 3,
        Scope::All => 4,
    }
}

fn name(set: &RuleSet) -> String {
    let place = if set.channel.is_some() { "on this channel" } else { "on all channels" };
    match &set.scope {
        Scope::All => format!("the rule for everything {place}"),
        scope => format!("the rule for the {} {} {place}", scope.kind(), scope.key()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EBAY: ChannelId = ChannelId(1);
    const OTHER: ChannelId = ChannelId(2);

    fn buffer(units: i64) -> Rules {
        Rules { buffer: Some(units), ..Rules::default() }
    }

    fn set(channel: Option<ChannelId>, scope: Scope, rules: Rules) -> RuleSet {
        RuleSet { channel, scope, rules }
    }

    fn filed() -> Filed {
        let terms = [("category", "shirts"), ("category", "clothes"), ("tag", "summer")];
        let terms = terms.map(|(what, slug)| (what.to_owned(), slug.to_owned())).to_vec();
        Filed { sku: Some("TEE".to_owned()), product: 7, terms }
    }

    #[test]
    fn the_narrower_goes_first_and_of_equal_ones_the_channels() {
        let category = |slug: &str| Scope::Category(slug.to_owned());
        // From the widest to the narrowest: each one takes over.
        let all = [
            set(None, Scope::All, buffer(1)),
            set(None, category("shirts"), buffer(3)),
            set(Some(EBAY), category("shirts"), buffer(4)),
            set(None, Scope::Tag("summer".to_owned()), buffer(5)),
            set(Some(EBAY), Scope::Tag("summer".to_owned()), buffer(6)),
            set(None, Scope::Product(7), buffer(7)),
            set(Some(EBAY), Scope::Product(7), buffer(8)),
            set(None, Scope::Sku("TEE".to_owned()), buffer(9)),
        ];
        let with = |count: usize, own, channels| Layers::of(own, EBAY, channels, &filed(), &all[..count]);
        let none = Rules::default();
        assert_eq!(with(1, none, none).merged().buffer, Some(1));
        assert_eq!(with(1, none, buffer(2)).merged().buffer, Some(2), "the channel's before everything's");
        for count in 2..=all.len() {
            let expected = i64::try_from(count).unwrap() + 1;
            assert_eq!(with(count, none, buffer(2)).merged().buffer, Some(expected));
        }
        let layers = with(8, buffer(10), buffer(2));
        assert_eq!(layers.merged().buffer, Some(10));
        assert_eq!(layers.whose(|rules| rules.buffer.is_some()), "this listing's own rule");
        let tag = with(5, none, none);
        assert_eq!(tag.whose(|rules| rules.buffer.is_some()), "the rule for the tag summer on this channel");
    }

    #[test]
    fn what_is_for_others_does_not_hold() {
        let sets = [
            set(Some(OTHER), Scope::Product(7), buffer(1)),
            set(None, Scope::Product(8), buffer(2)),
            set(None, Scope::Tag("shirts".to_owned()), buffer(3)),
            set(None, Scope::Sku("MUG".to_owned()), buffer(4)),
        ];
        let none = Rules::default();
        assert_eq!(Layers::of(none, EBAY, none, &filed(), &sets).merged(), none);
    }

    #[test]
    fn each_rule_is_decided_by_itself() {
        let sets = [
            set(None, Scope::Tag("summer".to_owned()), Rules { max_listed: Some(3), ..Rules::default() }),
            set(None, Scope::Category("clothes".to_owned()), Rules { percent: Some(50), ..Rules::default() }),
        ];
        let layers = Layers::of(Rules::default(), EBAY, buffer(2), &filed(), &sets);
        let merged = layers.merged();
        assert_eq!((merged.max_listed, merged.percent, merged.buffer), (Some(3), Some(50), Some(2)));
        assert_eq!(
            layers.whose(|rules| rules.percent.is_some()),
            "the rule for the category clothes on all channels"
        );
    }

    proptest! {
        #[test]
        fn a_scope_is_read_as_it_is_written(key in "[a-zA-Z0-9-]{1,12}", id in 1i64..1_000_000, which in 0usize..5) {
            let scope = [
                Scope::Sku(key.clone()), Scope::Product(id), Scope::Tag(key.clone()), Scope::Category(key), Scope::All,
            ][which].clone();
            prop_assert_eq!(Scope::parse(scope.kind(), &scope.key()), Some(scope));
        }
    }
}
