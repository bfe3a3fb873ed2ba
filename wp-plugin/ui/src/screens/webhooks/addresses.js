import { Card, CardBody, CardHeader, Spinner } from '@wordpress/components';
import { __ } from '@wordpress/i18n';
import { useLive } from '../../live';
import Table from '../../parts/table';
import Trouble from '../../parts/trouble';

// Where channels that know webhooks say that something was sold.
export default function Addresses() {
	const { data, error, refresh } = useLive( '/webhook-addresses', {}, 0 );
	return (
		<Card>
			<CardHeader>
				<h3>{ __( 'Channels tell this shop', 'onhand' ) }</h3>
			</CardHeader>
			<CardBody>
				<Trouble error={ error } retry={ refresh } />
				{ ! data && ! error && <Spinner /> }
				<p className="onhand-why">
					{ __(
						'Give a channel its address, and a sale there is known at once instead of within a minute. Keep the address to yourself: whoever knows it can make the agent look for orders. eBay asks for a verification token too: that is the last part of its address.',
						'onhand'
					) }
				</p>
				{ data?.items.length === 0 && (
					<p>{ __( 'No channel is connected yet.', 'onhand' ) }</p>
				) }
				{ data?.items.length > 0 && (
					<Table
						heads={ [
							__( 'Channel', 'onhand' ),
							__( 'Address', 'onhand' ),
						] }
					>
						{ data.items.map( ( one ) => (
							<tr key={ one.channel }>
								<th scope="row">{ one.channel }</th>
								<td data-label={ __( 'Address', 'onhand' ) }>
									<code className="onhand-address">
										{ one.address }
									</code>
								</td>
							</tr>
						) ) }
					</Table>
				) }
			</CardBody>
		</Card>
	);
}
