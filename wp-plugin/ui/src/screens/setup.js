import { Notice, Spinner } from '@wordpress/components';
import { useEffect, useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { may } from '../actions';
import { useLive } from '../live';
import { setupOf } from '../route';
import Agent from './setup/agent';
import Connect from './setup/connect';
import FirstImport, { useFirstImport } from './setup/first-import';
import GoLive from './setup/go-live';
import Match from './setup/match';

const STEPS = [
	{ name: 'connect', title: __( 'Connect', 'onhand' ), Step: Connect },
	{ name: 'match', title: __( 'Match', 'onhand' ), Step: Match },
	{
		name: 'live',
		title: __( 'Look, then go live', 'onhand' ),
		Step: GoLive,
	},
];

// Where the set-up of a channel stands: what is not matched yet is to be, what is matched is to go live.
function stepOf( channel ) {
	return channel.unfinished && channel.linked ? 'live' : 'match';
}

// From a fresh plugin to a channel that is told what it may sell. The address keeps channel and step: #/setup/ebay/match.
export default function Setup( { rest } ) {
	const [ name, step ] = rest.split( '/' );
	const status = useLive( may( 'configure' ) ? '/status' : null );
	const [ added, setAdded ] = useState( null );
	const first = useFirstImport( Boolean( status.data ) && ! status.error );
	const channel = status.data?.channels.find( ( one ) => one.name === name );
	const at = channel
		? STEPS.findIndex( ( one ) => one.name === step )
		: STEPS.findIndex( ( one ) => one.name === 'connect' );
	const derived = channel && at < 1 ? setupOf( name, stepOf( channel ) ) : '';
	useEffect( () => {
		if ( derived ) {
			window.location.replace( derived );
		}
	}, [ derived ] );
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
	// One that was connected just now is told with the next look.
	const awaited = name && name === added && ! channel;
	if ( derived || awaited || ( ! status.data && ! status.error ) ) {
		return <Spinner />;
	}
	if ( status.error ) {
		return <Agent />;
	}
	const { Step } = STEPS[ at ];
	return (
		<>
			<h2>
				{ channel
					? sprintf(
							/* translators: %s: channel */
							__( 'Set %s up', 'onhand' ),
							name
						)
					: __( 'Connect a channel', 'onhand' ) }
			</h2>
			<ol className="onhand-progress">
				{ STEPS.map( ( { name: one, title }, number ) => (
					<li
						key={ one }
						aria-current={ number === at ? 'step' : undefined }
					>
						{ sprintf(
							/* translators: 1: number, 2: what is done in it */
							__( '%1$d. %2$s', 'onhand' ),
							number + 1,
							title
						) }
					</li>
				) ) }
			</ol>
			<FirstImport first={ first } />
			{ name && ! channel && (
				<Notice status="warning" isDismissible={ false }>
					{ sprintf(
						/* translators: %s: channel */
						__( 'There is no channel %s.', 'onhand' ),
						name
					) }
				</Notice>
			) }
			<Step
				key={ name }
				channel={ name }
				channels={ status.data.channels }
				whole={ first.now?.state === 'whole' }
				connected={ ( connected ) => {
					setAdded( connected );
					status.refresh();
					window.location.hash = setupOf( connected, 'match' );
				} }
				next={ () => {
					window.location.hash = setupOf( name, 'live' );
				} }
			/>
		</>
	);
}
