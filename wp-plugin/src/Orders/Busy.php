<?php

namespace Onhand\Orders;

/** Not now: another request is at this order, or the database broke off. Nothing was done. */
final class Busy extends \RuntimeException {}
