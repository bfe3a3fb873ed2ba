//! The one exception: a programmer's error, never the surroundings'.

use ext_php_rs::prelude::*;
use ext_php_rs::zend::ce;

/// A record does not have the shape it claims. The message names the record's index and the key.
#[php_class]
#[php(name = "Onhand\\InvalidRecordException")]
#[php(extends(ce = ce::exception, stub = "\\Exception"))]
#[derive(Default)]
pub struct InvalidRecordException {}

#[php_impl]
impl InvalidRecordException {}

/// The exception with this message.
pub fn invalid(index: usize, message: &str) -> PhpException {
    PhpException::from_class::<InvalidRecordException>(format!("record {index}: {message}"))
}
