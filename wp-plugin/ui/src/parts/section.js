import { Card, CardBody, CardHeader } from '@wordpress/components';

// A card with a heading, and beside it what can be done with all that is in it.
export default function Section( { title, action, children } ) {
	return (
		<Card>
			<CardHeader>
				<h3>{ title }</h3>
				{ action }
			</CardHeader>
			<CardBody>{ children }</CardBody>
		</Card>
	);
}
