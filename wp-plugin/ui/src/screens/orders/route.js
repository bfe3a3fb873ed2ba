import { __, sprintf } from '@wordpress/i18n';
import { useLive } from '../../live';
import { nameOf } from './name';

/**
 * From where the orders on a page are sent, and why. In a shop with one place nobody asks.
 *
 * @param {Object[]} orders As the agent tells of them.
 * @param {Object[]} places As the shop tells of them.
 */
export function useRoutes( orders, places ) {
	const home = orders.filter(
		( order ) => order.state === 'home' && ! order.code
	);
	const asked = places.length > 1 && home.length > 0;
	const { data, refresh } = useLive(
		asked ? '/routing/orders' : null,
		asked ? { orders: home.map( nameOf ) } : {},
		10000
	);
	const known = new Map(
		( data?.items ?? [] ).map( ( route ) => [ route.order, route ] )
	);
	return { of: ( order ) => known.get( nameOf( order ) ), refresh };
}

export default function Route( { of } ) {
	if ( ! of || of.parcels.length === 0 ) {
		return '–';
	}
	return (
		<>
			<ul>
				{ of.parcels.map( ( parcel, at ) => (
					<li key={ at }>
						{ sprintf(
							/* translators: 1: units, 2: product, 3: location */
							__( '%1$s × %2$s: %3$s', 'onhand' ),
							parcel.units,
							parcel.product,
							parcel.location
						) }
					</li>
				) ) }
			</ul>
			<span className="onhand-why">{ of.why.join( ' ' ) }</span>
		</>
	);
}
