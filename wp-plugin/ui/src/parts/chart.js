import { __, sprintf } from '@wordpress/i18n';
import { exact } from '../words';

const HEIGHT = 120;

// Bars over time: stock changes beside what channels took; what failed stands out. The same numbers are a table for readers.
export default function Chart( { items } ) {
	const most = Math.max(
		1,
		...items.map( ( item ) =>
			Math.max( item.changes, item.pushed + item.failed )
		)
	);
	const width = items.length * 10;
	const tall = ( count ) => ( count / most ) * HEIGHT;
	const sum = ( key ) =>
		items.reduce( ( total, item ) => total + item[ key ], 0 );
	return (
		<figure className="onhand-chart">
			<svg
				viewBox={ `0 0 ${ width } ${ HEIGHT }` }
				preserveAspectRatio="none"
				aria-hidden="true"
				focusable="false"
			>
				{ items.map( ( item, at ) => (
					<g key={ item.at }>
						<rect
							className="is-changes"
							x={ at * 10 + 1 }
							width="3.5"
							y={ HEIGHT - tall( item.changes ) }
							height={ tall( item.changes ) }
						/>
						<rect
							className="is-pushed"
							x={ at * 10 + 5 }
							width="3.5"
							y={ HEIGHT - tall( item.pushed ) }
							height={ tall( item.pushed ) }
						/>
						<rect
							className="is-failed"
							x={ at * 10 + 5 }
							width="3.5"
							y={ HEIGHT - tall( item.pushed + item.failed ) }
							height={ tall( item.failed ) }
						/>
					</g>
				) ) }
			</svg>
			<figcaption>
				<span className="is-changes">
					{ sprintf(
						/* translators: %d: how many */
						__( '%d stock changes', 'onhand' ),
						sum( 'changes' )
					) }
				</span>
				<span className="is-pushed">
					{ sprintf(
						/* translators: %d: how many */
						__( '%d quantities taken by channels', 'onhand' ),
						sum( 'pushed' )
					) }
				</span>
				<span className="is-failed">
					{ sprintf(
						/* translators: %d: how many */
						__( '%d tries that failed', 'onhand' ),
						sum( 'failed' )
					) }
				</span>
			</figcaption>
			<table className="screen-reader-text">
				<caption>{ __( 'By time', 'onhand' ) }</caption>
				<thead>
					<tr>
						<th scope="col">{ __( 'From', 'onhand' ) }</th>
						<th scope="col">{ __( 'Stock changes', 'onhand' ) }</th>
						<th scope="col">{ __( 'Taken', 'onhand' ) }</th>
						<th scope="col">{ __( 'Failed', 'onhand' ) }</th>
					</tr>
				</thead>
				<tbody>
					{ items
						.filter(
							( item ) =>
								item.changes + item.pushed + item.failed > 0
						)
						.map( ( item ) => (
							<tr key={ item.at }>
								<th scope="row">{ exact( item.at ) }</th>
								<td>{ item.changes }</td>
								<td>{ item.pushed }</td>
								<td>{ item.failed }</td>
							</tr>
						) ) }
				</tbody>
			</table>
		</figure>
	);
}
