import { Spinner } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { may } from '../actions';
import { useLive } from '../live';
import Agent from './setup/agent';
import Connect from './setup/connect';
import GoLive from './setup/go-live';
import Match from './setup/match';

const STEPS = [
	{ title: __( 'Connect', 'onhand' ), Step: Connect },
	{ title: __( 'Match', 'onhand' ), Step: Match },
	{ title: __( 'Look, then go live', 'onhand' ), Step: GoLive },
];

// From a fresh plugin to a channel that is told what it may sell: one step after the other.
export default function Setup() {
	const status = useLive( '/status' );
	const [ step, setStep ] = useState( 0 );
	const [ channel, setChannel ] = useState( null );
	const { Step } = STEPS[ step ];
	if ( ! may( 'configure' ) ) {
		return (
			<p>
				{ __(
					'Channels are connected by an administrator of this site.',
					'onhand'
				) }
			</p>
		);
	}
	if ( ! status.data && ! status.error ) {
		return <Spinner />;
	}
	if ( status.error ) {
		return <Agent />;
	}
	return (
		<>
			<h2>{ __( 'Connect a channel', 'onhand' ) }</h2>
			<ol className="onhand-progress">
				{ STEPS.map( ( { title }, at ) => (
					<li
						key={ title }
						aria-current={ at === step ? 'step' : undefined }
					>
						{ sprintf(
							/* translators: 1: number, 2: what is done in it */
							__( '%1$d. %2$s', 'onhand' ),
							at + 1,
							title
						) }
					</li>
				) ) }
			</ol>
			<Step
				channel={ channel }
				channels={ status.data.channels }
				connected={ ( name ) => {
					setChannel( name );
					setStep( 1 );
				} }
				next={ () => setStep( step + 1 ) }
			/>
		</>
	);
}
