import {
	Button,
	Card,
	CardBody,
	CardHeader,
	Notice,
} from '@wordpress/components';
import { useCopyToClipboard } from '@wordpress/compose';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { useLive } from '../../live';

// The one line, and a button for those who do not like to mark text.
function Line( { command } ) {
	const [ copied, setCopied ] = useState( false );
	const copy = useCopyToClipboard( command, () => setCopied( true ) );
	return (
		<>
			<pre className="onhand-line">{ command }</pre>
			<p>
				<Button variant="secondary" ref={ copy }>
					{ copied
						? __( 'Copied', 'onhand' )
						: __( 'Copy', 'onhand' ) }
				</Button>
			</p>
		</>
	);
}

// What must run beside the shop before anything can be connected.
export default function Agent() {
	const { data, error } = useLive( '/agent' );
	return (
		<Card>
			<CardHeader>
				<h3>{ __( 'First, the agent', 'onhand' ) }</h3>
			</CardHeader>
			<CardBody>
				<p>
					{ __(
						'The agent is a small program on the machine of your shop. It keeps count and talks to the channels.',
						'onhand'
					) }
				</p>
				<Notice status="warning" isDismissible={ false }>
					{ error?.message ??
						data?.message ??
						__( 'Looking for it…', 'onhand' ) }
				</Notice>
				{ data?.command && (
					<>
						<p>
							{ __(
								'Paste this line into a terminal of that machine. It downloads the agent, installs it as a service, and starts it; done again, it is an upgrade:',
								'onhand'
							) }
						</p>
						<Line command={ data.command } />
					</>
				) }
				{ data && ! data.command && (
					<p>
						{ __(
							'There is no agent ready-made for this kind of machine: build it as the readme says, then run “onhand install”.',
							'onhand'
						) }
					</p>
				) }
				{ data?.checks.length > 0 && (
					<>
						<p>{ __( 'Besides:', 'onhand' ) }</p>
						<ul className="onhand-missing">
							{ data.checks.map( ( one ) => (
								<li key={ one.check }>
									{ one.message } { one.action }
								</li>
							) ) }
						</ul>
					</>
				) }
				<p>
					{ __(
						'This page notices by itself when it runs.',
						'onhand'
					) }
				</p>
			</CardBody>
		</Card>
	);
}
