import { Button } from '@wordpress/components';

// What sends a form, and is busy until that is done.
export default function Submit( { busy, disabled = false, children } ) {
	return (
		<div>
			<Button
				type="submit"
				variant="primary"
				isBusy={ busy }
				disabled={ busy || disabled }
				accessibleWhenDisabled
			>
				{ children }
			</Button>
		</div>
	);
}
