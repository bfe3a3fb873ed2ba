//! A search: filters that all must hold.
//!
//! Source: <https://developer.adobe.com/commerce/webapi/rest/use-rest/performing-searches/>.

use super::call::Api;
use crate::channels::ChannelError;
use crate::channels::rest::Call;
use serde::de::DeserializeOwned;

#[derive(Default)]
pub(super) struct Search {
    pairs: Vec<(String, String)>,
    filters: usize,
}

impl Search {
    /// For what has this in a field.
    pub(super) fn filter(mut self, field: &str, value: &str, condition: &str) -> Self {
        let group = self.filters;
        let key = |name: &str| format!("searchCriteria[filterGroups][{group}][filters][0][{name}]");
        let pairs = [("field", field), ("value", value), ("conditionType", condition)];
        self.pairs.extend(pairs.map(|(name, text)| (key(name), text.to_owned())));
        self.filters += 1;
        self
    }

    /// In the order of a field.
    pub(super) fn sorted(mut self, field: &str) -> Self {
        let key = |name: &str| format!("searchCriteria[sortOrders][0][{name}]");
        self.pairs.extend(
            [("field", field), ("direction", "ASC")].map(|(name, text)| (key(name), text.to_owned())),
        );
        self
    }

    /// One page of it, counted from one. A page beyond the last is the last one again, so that the count ends it.
    pub(super) fn page(mut self, size: usize, number: usize) -> Self {
        self.pairs.push(("searchCriteria[pageSize]".to_owned(), size.to_string()));
        self.pairs.push(("searchCriteria[currentPage]".to_owned(), number.to_string()));
        self
    }

    pub(super) async fn run<T: DeserializeOwned>(&self, api: &Api, path: &str) -> Result<T, ChannelError> {
        let query: Vec<(&str, &str)> =
            self.pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        api.send(Call::get(path, &query)).await?.json()
    }
}
