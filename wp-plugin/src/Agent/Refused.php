<?php

namespace Onhand\Agent;

/** The agent answered and said no; the message says why, the code is the HTTP status. */
final class Refused extends \RuntimeException {}
