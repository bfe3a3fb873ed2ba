//! Why a strict listing shows what it shows, and what being strict has cost.

use crate::mirror::allotments::AllotmentRow;
use crate::mirror::query::ListingRow;

/// In sentences.
pub(super) fn words(listing: &ListingRow, strict: &AllotmentRow) -> Vec<String> {
    let mut words = vec![match strict.phase {
        "open" => format!(
            "strict: it was set to {}, which nobody else sells; {} of them are left",
            strict.opened,
            (strict.units - strict.in_flight).clamp(0, strict.opened)
        ),
        "granted" => format!(
            "strict: {} are its own; it shows them when the others have confirmed that they show fewer",
            strict.units - strict.in_flight
        ),
        "empty" => "strict: nothing is its own; it gets a part as soon as there is one for each".to_owned(),
        "leaving" => "strict no more: the shop is being told".to_owned(),
        _ => "strict: it is set to zero, and gets units anew when all of its sales are known".to_owned(),
    }];
    if listing.reason == "not_sellable" || listing.reason == "deleted" {
        words.push("it is not for sale in the shop: 0".to_owned());
    }
    words.push(cost(strict));
    words
}

/// What it sold while it could, over the time in which it could not.
#[allow(clippy::cast_precision_loss, reason = "an estimate for people")]
fn cost(strict: &AllotmentRow) -> String {
    let (open_h, dry_h) = (strict.open_ms as f64 / 3.6e6, strict.dry_ms as f64 / 3.6e6);
    let lost = if open_h > 0.0 { strict.sold as f64 / open_h * dry_h } else { 0.0 };
    format!(
        "the price of strict so far: {} sold in {open_h:.1} hours; none could be in another {dry_h:.1} hours, in which about {lost:.1} \
         would have been at that rate",
        strict.sold
    )
}
