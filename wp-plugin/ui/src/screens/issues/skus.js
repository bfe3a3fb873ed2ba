import { __, sprintf } from '@wordpress/i18n';
import { useLive } from '../../live';
import Pages, { usePages } from '../../parts/pages';
import Section from '../../parts/section';
import Table from '../../parts/table';
import Trouble from '../../parts/trouble';

const SHOWN = 20;

function Row( { work } ) {
	return (
		<tr>
			<th scope="row">
				{ work.sku
					? sprintf(
							/* translators: %s: SKU */
							__( '%s is shared', 'onhand' ),
							work.sku
						)
					: __( 'No SKU', 'onhand' ) }
			</th>
			<td data-label={ __( 'Product', 'onhand' ) }>
				{ work.items.map( ( item, at ) => (
					<span key={ item }>
						<a
							href={ `post.php?post=${ work.products[ at ] }&action=edit` }
						>
							{ work.items.length === 1
								? work.name
								: `#${ item }` }
						</a>{ ' ' }
					</span>
				) ) }
			</td>
			<td data-label={ __( 'What to do', 'onhand' ) }>{ work.action }</td>
		</tr>
	);
}

// Variations that cannot be matched by their SKU, with the way to where they are given one.
export default function Skus() {
	const pages = usePages();
	const { data, error, refresh } = useLive(
		'/sku-problems',
		{ limit: SHOWN, cursor: pages.cursor },
		5000
	);
	const items = data?.items ?? [];
	if ( items.length === 0 && pages.isFirst && ! error ) {
		return null;
	}
	return (
		<Section title={ __( 'SKUs that are missing or shared', 'onhand' ) }>
			<Trouble error={ error } retry={ refresh } />
			<Table
				heads={ [
					__( 'SKU', 'onhand' ),
					__( 'Product', 'onhand' ),
					__( 'What to do', 'onhand' ),
				] }
			>
				{ items.map( ( work ) => (
					<Row key={ work.items[ 0 ] } work={ work } />
				) ) }
			</Table>
			<Pages pages={ pages } next={ data?.next_cursor } />
		</Section>
	);
}
