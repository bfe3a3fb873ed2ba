import {
	Card,
	CardBody,
	CheckboxControl,
	SelectControl,
	Spinner,
	TextControl,
} from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { may, useActions } from '../actions';
import { useLive } from '../live';
import Submit from '../parts/submit';
import Trouble from '../parts/trouble';
import { EVENTS, howLong } from '../words';

// Of every change of a quantity nobody wants a mail.
const ALERTS = Object.keys( EVENTS ).filter(
	( type ) => type !== 'stock.changed'
);

const WHEN = {
	at_once: __( 'at once (what happens together, together)', 'onhand' ),
	hourly: __( 'once an hour', 'onhand' ),
	daily: __( 'once a day, at 8', 'onhand' ),
};

// What sets off some of them is set elsewhere.
const hints = ( status ) => ( {
	'stock.low': __(
		'At the low stock threshold of the product, or of the shop (WooCommerce → Settings → Products → Inventory).',
		'onhand'
	),
	'channel.lagging':
		status &&
		sprintf(
			/* translators: %s: a time, such as 5 min */
			__(
				'For more than %s, as the agent’s configuration says.',
				'onhand'
			),
			howLong( status.lag_limit_seconds * 1000 )
		),
} );

function Form( { settings, status } ) {
	const { act } = useActions();
	const [ values, setValues ] = useState( {
		...settings,
		emails: settings.emails.join( ', ' ),
	} );
	const [ busy, setBusy ] = useState( false );
	const set = ( name ) => ( value ) =>
		setValues( ( before ) => ( { ...before, [ name ]: value } ) );
	const save = async ( event ) => {
		event.preventDefault();
		setBusy( true );
		await act(
			'/alerts/settings',
			{
				...values,
				emails: values.emails
					.split( /[\s,;]+/ )
					.filter( ( email ) => email !== '' ),
			},
			__( 'It is kept.', 'onhand' )
		);
		setBusy( false );
	};
	return (
		<form className="onhand-form" onSubmit={ save }>
			<TextControl
				label={ __( 'Mail to', 'onhand' ) }
				help={ __(
					'Addresses, with commas between them. Empty: nobody is mailed.',
					'onhand'
				) }
				value={ values.emails }
				onChange={ set( 'emails' ) }
				__next40pxDefaultSize
				__nextHasNoMarginBottom
			/>
			<fieldset>
				<legend>{ __( 'When', 'onhand' ) }</legend>
				{ ALERTS.map( ( type ) => (
					<CheckboxControl
						key={ type }
						label={ EVENTS[ type ] }
						help={ hints( status )[ type ] }
						checked={ values.types.includes( type ) }
						onChange={ ( on ) =>
							set( 'types' )(
								on
									? [ ...values.types, type ]
									: values.types.filter(
											( one ) => one !== type
										)
							)
						}
						__nextHasNoMarginBottom
					/>
				) ) }
			</fieldset>
			<SelectControl
				label={ __( 'How soon', 'onhand' ) }
				value={ values.when }
				onChange={ set( 'when' ) }
				options={ Object.entries( WHEN ).map(
					( [ value, label ] ) => ( {
						value,
						label,
					} )
				) }
				__next40pxDefaultSize
				__nextHasNoMarginBottom
			/>
			<div className="onhand-then">
				<TextControl
					label={ __( 'Nobody is mailed from', 'onhand' ) }
					type="time"
					value={ values.quiet_from }
					onChange={ set( 'quiet_from' ) }
					__next40pxDefaultSize
					__nextHasNoMarginBottom
				/>
				<TextControl
					label={ __( 'until', 'onhand' ) }
					type="time"
					value={ values.quiet_to }
					onChange={ set( 'quiet_to' ) }
					__next40pxDefaultSize
					__nextHasNoMarginBottom
				/>
			</div>
			<Submit busy={ busy }>{ __( 'Save', 'onhand' ) }</Submit>
		</form>
	);
}

// Who is told by e-mail what happens, how soon, and when not.
export default function Alerts() {
	const allowed = may( 'configure' );
	const settings = useLive( allowed ? '/alerts/settings' : null, {}, 0 );
	const status = useLive( allowed ? '/status' : null, {}, 0 );
	if ( ! allowed ) {
		return (
			<p>
				{ __(
					'Alerts are set by an administrator of this site.',
					'onhand'
				) }
			</p>
		);
	}
	return (
		<>
			<h2 className="screen-reader-text">{ __( 'Alerts', 'onhand' ) }</h2>
			<Trouble error={ settings.error } retry={ settings.refresh } />
			<Card>
				<CardBody>
					{ ! settings.data && ! settings.error && <Spinner /> }
					{ settings.data && (
						<Form
							settings={ settings.data }
							status={ status.data }
						/>
					) }
				</CardBody>
			</Card>
		</>
	);
}
