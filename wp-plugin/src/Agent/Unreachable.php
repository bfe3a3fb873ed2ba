<?php

namespace Onhand\Agent;

/** No agent answers. Nothing is lost: the journal waits for it. */
final class Unreachable extends \RuntimeException {}
