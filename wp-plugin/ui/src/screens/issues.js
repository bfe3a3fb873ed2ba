import { Notice, Spinner } from '@wordpress/components';
import { __ } from '@wordpress/i18n';
import { useLive } from '../live';
import Mend from '../parts/mend';
import Section from '../parts/section';
import Trouble from '../parts/trouble';
import DeadLetters from './issues/dead-letters';
import Drift from './issues/drift';
import Holds from './issues/holds';
import Skus from './issues/skus';

// What stands one by one in a section of its own.
const elsewhere = ( { fix } ) =>
	fix?.kind === 'holds' || fix?.kind === 'skus' || Boolean( fix?.listing );

function Check( { check, refresh } ) {
	return (
		<Notice
			status={ check.status === 'error' ? 'error' : 'warning' }
			isDismissible={ false }
		>
			<p>
				<strong>{ check.name }</strong>: { check.message }
			</p>
			{ check.action && <p>{ check.action }</p> }
			<Mend fix={ check.fix } refresh={ refresh } />
		</Notice>
	);
}

// What needs a person: what is wrong, why, and the button that mends it.
export default function Issues() {
	const health = useLive( '/health' );
	const holds = useLive( '/holds' );
	const letters = useLive( '/dead-letters' );
	const drift = useLive( '/drift', { limit: 20 } );
	const bad = health.data?.checks.filter(
		( check ) => check.status !== 'good'
	);
	const shown = bad?.filter( ( check ) => ! elsewhere( check ) ) ?? [];
	const held = holds.data?.items ?? [];
	const dead = letters.data?.items ?? [];
	const drifted = drift.data?.items ?? [];
	const none =
		bad?.length === 0 &&
		holds.data &&
		letters.data &&
		held.length + dead.length === 0;
	return (
		<>
			<h2 className="screen-reader-text">{ __( 'Issues', 'onhand' ) }</h2>
			<Trouble error={ health.error } retry={ health.refresh } />
			{ ! health.data && ! health.error && <Spinner /> }
			{ none && (
				<Notice status="success" isDismissible={ false }>
					{ __( 'Nothing needs you.', 'onhand' ) }
				</Notice>
			) }
			{ held.length > 0 && (
				<Holds items={ held } refresh={ holds.refresh } />
			) }
			{ dead.length > 0 && (
				<DeadLetters items={ dead } refresh={ letters.refresh } />
			) }
			{ shown.length > 0 && (
				<Section title={ __( 'What is wrong', 'onhand' ) }>
					{ shown.map( ( check, at ) => (
						<Check
							key={ `${ check.name }-${ at }` }
							check={ check }
							refresh={ health.refresh }
						/>
					) ) }
				</Section>
			) }
			{ bad?.some( ( { fix } ) => fix?.kind === 'skus' ) && <Skus /> }
			{ drifted.length > 0 && (
				<Drift items={ drifted } refresh={ drift.refresh } />
			) }
		</>
	);
}
