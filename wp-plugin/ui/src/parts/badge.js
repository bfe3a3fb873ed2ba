// A word with the colour of how good it is: good, warning, error or plain.
export default function Badge( { tone = 'plain', children } ) {
	return <span className={ `onhand-badge is-${ tone }` }>{ children }</span>;
}

export const TONES = {
	active: 'good',
	idle: 'good',
	home: 'good',
	paused: 'error',
	circuit_open: 'error',
	dead: 'error',
	parked: 'error',
	throttled: 'warning',
	held: 'warning',
	behind: 'warning',
};
