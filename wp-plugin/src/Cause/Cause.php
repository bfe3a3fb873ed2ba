<?php

namespace Onhand\Cause;

/** Why a quantity changed and who did it. */
final class Cause {
	/** @param array{kind:string,id:?int,name:?string} $actor */
	public function __construct(
		public readonly string $cause,
		public readonly ?string $ref,
		public readonly ?string $line,
		public readonly array $actor,
		/** At which location. */
		public readonly ?string $place = null,
	) {}

	public function named( string $cause, ?string $ref = null ): self {
		return new self( $cause, $ref ?? $this->ref, $this->line, $this->actor, $this->place );
	}

	public function of( string $ref, ?string $line ): self {
		return new self( $this->cause, $ref, $line, $this->actor, $this->place );
	}
}
