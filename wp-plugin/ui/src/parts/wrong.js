// What a field of a form is told when it was refused: why, below it, and that it is the one.
export const wrongOf = ( errors, field ) => {
	const found = errors.find( ( one ) => one.field === field );
	return found
		? {
				help: found.detail,
				className: 'onhand-wrong',
				'aria-invalid': true,
			}
		: {};
};
