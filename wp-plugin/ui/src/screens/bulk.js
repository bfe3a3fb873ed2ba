import {
	Button,
	Card,
	CardBody,
	CardHeader,
	FormFileUpload,
	Notice,
	TextControl,
	TextareaControl,
} from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { may, useActions } from '../actions';
import { useLive } from '../live';
import Submit from '../parts/submit';
import Trouble from '../parts/trouble';
import { read } from './bulk/rows';
import Sets from './bulk/sets';
import Would from './bulk/would';

// So many rows are looked at before, which is what one request takes.
const LOOKED_AT = 500;

function Change( { changed } ) {
	const { act } = useActions();
	const [ text, setText ] = useState( '' );
	const [ name, setName ] = useState( '' );
	const [ first, setFirst ] = useState( '10' );
	const [ would, setWould ] = useState( null );
	const { rows, wrong } = read( text );
	const put = ( next ) => {
		setText( next );
		setWould( null );
	};
	const look = () =>
		act(
			'/change-sets/preview',
			{ items: rows.slice( 0, LOOKED_AT ) },
			( answer ) => setWould( answer )
		);
	const write = async ( event ) => {
		event.preventDefault();
		const done = await act(
			'/change-sets',
			{ name, items: rows, first: Number( first ) },
			__( 'It is being written. You may leave this page.', 'onhand' )
		);
		if ( done ) {
			put( '' );
			changed();
		}
	};
	return (
		<form className="onhand-form" onSubmit={ write }>
			<TextareaControl
				label={ __( 'Rows', 'onhand' ) }
				help={ __(
					'Copied from a spreadsheet, or CSV. The first line names the columns: sku or id, and any of stock_quantity, stock_change, expected_stock, manage_stock, stock_status, backorders, regular_price, sale_price. An empty cell changes nothing.',
					'onhand'
				) }
				rows={ 8 }
				required
				value={ text }
				onChange={ put }
				__nextHasNoMarginBottom
			/>
			<FormFileUpload
				accept=".csv,.tsv,.txt,text/csv"
				variant="secondary"
				onChange={ async ( { currentTarget } ) => {
					const [ file ] = currentTarget.files;
					if ( file ) {
						setName( file.name );
						put( await file.text() );
					}
				} }
				__next40pxDefaultSize
			>
				{ __( 'Take a file', 'onhand' ) }
			</FormFileUpload>
			{ wrong && (
				<Notice status="error" isDismissible={ false }>
					{ wrong }
				</Notice>
			) }
			<TextControl
				label={ __( 'Name', 'onhand' ) }
				help={ __( 'By which it is found again.', 'onhand' ) }
				required
				value={ name }
				onChange={ setName }
				__next40pxDefaultSize
				__nextHasNoMarginBottom
			/>
			<TextControl
				label={ __( 'Rows that go first', 'onhand' ) }
				help={ __(
					'The rest follows when no channel has refused what came of them.',
					'onhand'
				) }
				type="number"
				min="1"
				max="10000"
				required
				value={ first }
				onChange={ setFirst }
				__next40pxDefaultSize
				__nextHasNoMarginBottom
			/>
			<div className="onhand-buttons">
				<Button
					variant="secondary"
					onClick={ look }
					disabled={ rows.length === 0 }
					accessibleWhenDisabled
				>
					{ __( 'See what it would do', 'onhand' ) }
				</Button>
				<Submit disabled={ rows.length === 0 }>
					{ rows.length === 0
						? __( 'Write', 'onhand' )
						: sprintf(
								/* translators: %d: how many rows */
								__( 'Write %d rows', 'onhand' ),
								rows.length
							) }
				</Submit>
			</div>
			{ would && <Would would={ would } of={ rows.length } /> }
		</form>
	);
}

// Stock and prices of many variations at once: looked at, tried on a few, written, taken back.
export default function Bulk() {
	const { data, error, refresh } = useLive( '/change-sets' );
	const items = data?.items ?? [];
	return (
		<>
			<h2 className="screen-reader-text">
				{ __( 'Bulk changes', 'onhand' ) }
			</h2>
			<Trouble error={ error } retry={ refresh } />
			{ may( 'operate' ) && (
				<Card>
					<CardHeader>
						<h3>
							{ __(
								'Stock and prices of many at once',
								'onhand'
							) }
						</h3>
					</CardHeader>
					<CardBody>
						<Change changed={ refresh } />
					</CardBody>
				</Card>
			) }
			{ items.length > 0 && (
				<Card>
					<CardHeader>
						<h3>{ __( 'What was written', 'onhand' ) }</h3>
					</CardHeader>
					<CardBody>
						<Sets items={ items } changed={ refresh } />
					</CardBody>
				</Card>
			) }
		</>
	);
}
