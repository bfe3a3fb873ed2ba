// What every field of WordPress's components is told, until it is their default.
export const sized = {
	__next40pxDefaultSize: true,
	__nextHasNoMarginBottom: true,
};
