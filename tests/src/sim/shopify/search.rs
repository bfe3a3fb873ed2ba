//! The part of Shopify's search syntax that finding listings needs: `sku:X`, `barcode:"Y"`, joined by AND or OR.
//! A trailing `*` matches any ending. Anything else is refused rather than silently matched to everything.

use super::state::Variant;

/// Alternatives, each a list of terms that must all hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    any: Vec<Vec<Term>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    field: Field,
    value: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Sku,
    Barcode,
    Id,
    ProductId,
}

impl Search {
    /// Reads a query string.
    ///
    /// # Errors
    /// It uses syntax the simulator does not know.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut any = vec![Vec::new()];
        for token in tokens(text)? {
            match token.as_str() {
                "OR" => any.push(Vec::new()),
                "AND" => {}
                _ => {
                    let term = term(&token)?;
                    if let Some(last) = any.last_mut() {
                        last.push(term);
                    }
                }
            }
        }
        let blank = any.iter().all(Vec::is_empty);
        if !blank && any.iter().any(Vec::is_empty) {
            return Err(format!("search {text:?} has an empty side"));
        }
        Ok(Self { any: if blank { Vec::new() } else { any } })
    }

    /// Whether everything matches.
    #[must_use]
    pub const fn is_all(&self) -> bool {
        self.any.is_empty()
    }

    /// If every alternative names a whole SKU: these SKUs.
    #[must_use]
    pub fn skus(&self) -> Option<Vec<&str>> {
        if self.is_all() {
            return None;
        }
        let exact = |t: &&Term| t.field == Field::Sku && !t.value.ends_with('*');
        self.any.iter().map(|terms| terms.iter().find(exact).map(|t| t.value.as_str())).collect()
    }

    /// Whether a variant matches; `id` is the id of what is searched for.
    #[must_use]
    pub fn matches(&self, variant: &Variant, id: u64) -> bool {
        let holds = |term: &Term| match term.field {
            Field::Sku => like(variant.sku.as_deref(), &term.value),
            Field::Barcode => like(variant.barcode.as_deref(), &term.value),
            Field::Id => id.to_string() == term.value,
            Field::ProductId => variant.product.to_string() == term.value,
        };
        self.is_all() || self.any.iter().any(|terms| terms.iter().all(holds))
    }
}

fn like(found: Option<&str>, wanted: &str) -> bool {
    let Some(found) = found else { return false };
    match wanted.strip_suffix('*') {
        Some(prefix) => found.get(..prefix.len()).is_some_and(|f| f.eq_ignore_ascii_case(prefix)),
        None => found.to_lowercase() == wanted.to_lowercase(),
    }
}

fn term(token: &str) -> Result<Term, String> {
    let (field, value) =
        token.split_once(':').ok_or_else(|| format!("search term {token:?} names no field"))?;
    let field = match field {
        "sku" => Field::Sku,
        "barcode" => Field::Barcode,
        "id" => Field::Id,
        "product_id" => Field::ProductId,
        _ => return Err(format!("search field {field:?} is not known to the simulator")),
    };
    Ok(Term { field, value: value.to_owned() })
}

/// Splits at blanks outside quotes; quotes vanish, a backslash keeps the next character as it is.
fn tokens(text: &str) -> Result<Vec<String>, String> {
    let mut tokens = Vec::new();
    let mut token = String::new();
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            ('\\', _) => token.extend(chars.next()),
            (c, Some(q)) if c == q => quote = None,
            (c, Some(_)) => token.push(c),
            ('"' | '\'', None) => quote = Some(c),
            ('(' | ')', None) => return Err("parentheses are not known to the simulator".to_owned()),
            (c, None) if c.is_whitespace() => {
                if !token.is_empty() {
                    tokens.push(std::mem::take(&mut token));
                }
            }
            (c, None) => token.push(c),
        }
    }
    if quote.is_some() {
        return Err(format!("search {text:?} has an unclosed quote"));
    }
    if !token.is_empty() {
        tokens.push(token);
    }
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_values_with_blanks_and_or() {
        let search = Search::parse(r#"sku:"A \"1\" b" OR sku:'C:2'"#).unwrap();
        assert_eq!(search.skus(), Some(vec!["A \"1\" b", "C:2"]));
    }

    #[test]
    fn unknown_fields_are_refused() {
        assert!(Search::parse("vendor:x").is_err());
        assert!(Search::parse("loose").is_err());
        assert!(Search::parse("").unwrap().is_all());
    }
}
