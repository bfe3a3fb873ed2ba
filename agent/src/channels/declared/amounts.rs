//! What a declaration may do with amounts and moments: exactly, in decimals, and nothing where there is nothing.

use crate::channels::facts::moment;
use minijinja::{Environment, Error, ErrorKind, Value};
use rust_decimal::{Decimal, RoundingStrategy};

/// Adds the filters.
pub(super) fn register(env: &mut Environment<'static>) {
    env.add_filter("cents", |minor: Value| with(&minor, |minor| Ok(minor / Decimal::ONE_HUNDRED)));
    env.add_filter("times", |amount: Value, by: Value| {
        both(&amount, &by, |amount, by| amount.checked_mul(by))
    });
    env.add_filter("plus", |amount: Value, other: Value| {
        both(&amount, &other, |amount, other| amount.checked_add(other))
    });
    env.add_filter("minus", |amount: Value, other: Value| {
        both(&amount, &other, |amount, other| amount.checked_sub(other))
    });
    // Of an amount with tax, by the rate in percent: the amount without, and the tax.
    env.add_filter("net", |gross: Value, rate: Value| both(&gross, &rate, net));
    env.add_filter("tax", |gross: Value, rate: Value| {
        both(&gross, &rate, |gross, rate| gross.checked_sub(net(gross, rate)?))
    });
    env.add_filter("total", |amounts: Value| {
        let mut total = Decimal::ZERO;
        if !(amounts.is_undefined() || amounts.is_none()) {
            for amount in amounts.try_iter()? {
                total = total.checked_add(number(&amount)?).ok_or_else(too_large)?;
            }
        }
        Ok::<_, Error>(Value::from(total.normalize().to_string()))
    });
    env.add_filter("ms", |text: Value| {
        if text.is_undefined() || text.is_none() {
            return Ok(Value::from(()));
        }
        let text = text.to_string();
        moment(&text).map(Value::from).ok_or_else(|| wrong(format!("{text:?} is no moment")))
    });
    // A parameter of an address, as paging links carry it.
    env.add_filter("parameter", |address: Value, name: String| {
        let base = reqwest::Url::parse("http://localhost").ok();
        let url = reqwest::Url::options().base_url(base.as_ref()).parse(&address.to_string()).ok();
        let found = |url: reqwest::Url| {
            url.query_pairs().find(|(key, _)| *key == name).map(|(_, value)| value.into_owned())
        };
        url.and_then(found).map_or(Value::from(()), Value::from)
    });
}

fn net(gross: Decimal, rate: Decimal) -> Option<Decimal> {
    let divisor = Decimal::ONE.checked_add(rate.checked_div(Decimal::ONE_HUNDRED)?)?;
    let net = gross.checked_div(divisor)?;
    Some(net.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
}

fn with(value: &Value, job: impl FnOnce(Decimal) -> Result<Decimal, Error>) -> Result<Value, Error> {
    Ok(Value::from(job(number(value)?)?.normalize().to_string()))
}

fn both(
    one: &Value,
    other: &Value,
    job: impl FnOnce(Decimal, Decimal) -> Option<Decimal>,
) -> Result<Value, Error> {
    let other = number(other)?;
    with(one, |one| job(one, other).ok_or_else(too_large))
}

/// Nothing is zero; a number as it is written.
fn number(value: &Value) -> Result<Decimal, Error> {
    if value.is_undefined() || value.is_none() {
        return Ok(Decimal::ZERO);
    }
    let text = value.to_string();
    let text = text.trim();
    if text.is_empty() {
        return Ok(Decimal::ZERO);
    }
    text.parse()
        .or_else(|_| Decimal::from_scientific(text))
        .map_err(|_| wrong(format!("{text:?} is no amount")))
}

fn wrong(problem: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, problem)
}

fn too_large() -> Error {
    wrong("an amount out of range".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use minijinja::{UndefinedBehavior, context};
    use proptest::prelude::*;

    fn work(expression: &str, context: &Value) -> Result<String, Error> {
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::Chainable);
        register(&mut env);
        Ok(env.compile_expression(expression)?.eval(context)?.to_string())
    }

    #[test]
    fn amounts_stay_exact() {
        let given = context! { price => "11.90", cents => 3570, list => [context! { tax => 0.1 }, context! { tax => "0.2" }] };
        let is = |expression: &str, value: &str| {
            assert_eq!(work(expression, &given).unwrap(), value, "{expression}")
        };
        is("price|times(3)", "35.7");
        is("cents|cents|net(19)", "30");
        is("cents|cents|tax('19.00')", "5.7");
        is("list|map(attribute='tax')|total", "0.3");
        is("missing.price|times(3)|plus(missing)", "0");
        is("missing|total", "0");
        is("'2026-11-27T09:30:00Z'|ms", "1795771800000");
        is("'/v4/orders?limit=128&nextcursor=a%2Bb%3D'|parameter('nextcursor')", "a+b=");
        is("missing|parameter('nextcursor') or 'nothing'", "nothing");
    }

    #[test]
    fn what_is_no_amount_is_named() {
        let error = work("'ten'|times(3)", &context! {}).unwrap_err().to_string();
        assert!(error.contains("\"ten\" is no amount"), "{error}");
        assert!(work("'soon'|ms", &context! {}).unwrap_err().to_string().contains("is no moment"));
        assert!(work("'79228162514264337593543950335'|times(10)", &context! {}).is_err());
    }

    proptest! {
        #[test]
        fn net_and_tax_are_the_whole(cents in 0i64..10_000_000_000, rate in 0u32..60) {
            let given = context! { cents, rate };
            let part = |word: &str| work(&format!("cents|cents|{word}(rate)"), &given).unwrap().parse::<Decimal>().unwrap();
            prop_assert_eq!(part("net") + part("tax"), Decimal::new(cents, 2));
        }
    }
}
