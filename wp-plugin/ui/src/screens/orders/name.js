// How the shop is asked about a channel's order.
export const nameOf = ( order ) => `${ order.channel }:${ order.order }`;
