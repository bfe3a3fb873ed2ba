// A table as WordPress draws it; on a telephone each row becomes a card (see style.scss).
export default function Table( { heads, caption, children } ) {
	return (
		<table className="widefat striped onhand-table">
			{ caption && (
				<caption className="screen-reader-text">{ caption }</caption>
			) }
			<thead>
				<tr>
					{ heads.filter( Boolean ).map( ( head ) => (
						<th key={ head } scope="col">
							{ head }
						</th>
					) ) }
				</tr>
			</thead>
			<tbody>{ children }</tbody>
		</table>
	);
}
