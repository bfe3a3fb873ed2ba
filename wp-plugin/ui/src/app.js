import { SnackbarList } from '@wordpress/components';
import { __ } from '@wordpress/i18n';
import { ActionsProvider, useActions } from './actions';
import { useLive } from './live';
import Job from './parts/job';
import { useRoute } from './route';
import Activity from './screens/activity';
import Alerts from './screens/alerts';
import Bulk from './screens/bulk';
import Issues from './screens/issues';
import Listings from './screens/listings';
import Locations from './screens/locations';
import Orders from './screens/orders';
import Overview from './screens/overview';
import Reorder from './screens/reorder';
import Rules from './screens/rules';
import Settings from './screens/settings';
import Setup from './screens/setup';
import Story from './screens/story';
import Webhooks from './screens/webhooks';

const SCREENS = [
	{ name: '', title: __( 'Overview', 'onhand' ), Screen: Overview },
	{ name: 'listings', title: __( 'Listings', 'onhand' ), Screen: Listings },
	{ name: 'orders', title: __( 'Orders', 'onhand' ), Screen: Orders },
	{ name: 'issues', title: __( 'Issues', 'onhand' ), Screen: Issues },
	{
		name: 'reorder',
		title: __( 'Reorder', 'onhand' ),
		Screen: Reorder,
	},
	{ name: 'rules', title: __( 'Rules', 'onhand' ), Screen: Rules },
	{ name: 'bulk', title: __( 'Bulk changes', 'onhand' ), Screen: Bulk },
	{
		name: 'locations',
		title: __( 'Locations', 'onhand' ),
		Screen: Locations,
	},
	{ name: 'alerts', title: __( 'Alerts', 'onhand' ), Screen: Alerts },
	{ name: 'webhooks', title: __( 'Webhooks', 'onhand' ), Screen: Webhooks },
	{
		name: 'settings',
		title: __( 'Settings', 'onhand' ),
		Screen: Settings,
	},
	{ name: 'activity', title: __( 'Activity', 'onhand' ), Screen: Activity },
	{ name: 'setup', title: __( 'Set-up', 'onhand' ), Screen: Setup },
];

function Snacks() {
	const { notices, remove } = useActions();
	return (
		<SnackbarList
			notices={ notices }
			onRemove={ remove }
			className="onhand-snacks"
		/>
	);
}

// Long work goes on whichever screen is looked at, and without any.
function Running() {
	const { data, refresh } = useLive( '/jobs', { running: true }, 2000 );
	return ( data?.items ?? [] ).map( ( job ) => (
		<Job key={ job.id } job={ job } refresh={ refresh } />
	) );
}

// The frame: which screen is shown is told by the address behind the #.
export default function App() {
	const { name, rest } = useRoute();
	const shown = SCREENS.find( ( screen ) => screen.name === name );
	return (
		<ActionsProvider>
			<nav
				className="nav-tab-wrapper onhand-tabs"
				aria-label={ __( 'Onhand', 'onhand' ) }
			>
				{ SCREENS.map( ( screen ) => (
					<a
						key={ screen.name }
						href={ `#/${ screen.name }` }
						className={
							'nav-tab' +
							( screen === shown ? ' nav-tab-active' : '' )
						}
						aria-current={ screen === shown ? 'page' : undefined }
					>
						{ screen.title }
					</a>
				) ) }
			</nav>
			{ name !== 'setup' && <Running /> }
			<div className="onhand-screen">
				{ name === 'story' && (
					<Story key={ rest } of={ { sku: rest } } />
				) }
				{ name === 'item' && (
					<Story key={ rest } of={ { item: rest } } />
				) }
				{ shown && <shown.Screen rest={ rest } /> }
				{ ! shown && ! [ 'story', 'item' ].includes( name ) && (
					<p>{ __( 'There is no such screen.', 'onhand' ) }</p>
				) }
			</div>
			<Snacks />
		</ActionsProvider>
	);
}
