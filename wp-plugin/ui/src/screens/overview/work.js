import { __ } from '@wordpress/i18n';
import Mend from '../../parts/mend';
import Section from '../../parts/section';

const SHOWN = 8;

// What needs a person, the worst first, each with the button that mends it; all of it is on the screen of issues.
export default function Work( { checks, refresh } ) {
	const bad = checks.filter( ( check ) => check.status !== 'good' );
	if ( bad.length === 0 ) {
		return null;
	}
	const worst = [ 'error', 'warning' ].flatMap( ( status ) =>
		bad.filter( ( check ) => check.status === status )
	);
	return (
		<Section
			title={ __( 'Work to do', 'onhand' ) }
			action={
				<a href="#/issues">{ __( 'See all issues', 'onhand' ) }</a>
			}
		>
			<ul className="onhand-work">
				{ worst.slice( 0, SHOWN ).map( ( check, at ) => (
					<li key={ `${ check.name }-${ at }` }>
						{ check.message }{ ' ' }
						<Mend fix={ check.fix } refresh={ refresh } />
					</li>
				) ) }
			</ul>
		</Section>
	);
}
