<?php
/** Takes webhook deliveries at port 8080, one of the few that WooCommerce delivers to. Prints one line each: seconds and body. */

$server = stream_socket_server( 'tcp://127.0.0.1:8080', $code, $text );
if ( false === $server ) {
	fwrite( STDERR, "port 8080: $text\n" );
	exit( 1 );
}
echo "ready\n";
while ( true ) {
	$client = @stream_socket_accept( $server, 3600 );
	if ( false === $client ) {
		continue;
	}
	$request = '';
	do {
		$request .= fread( $client, 65536 );
		$head     = strpos( $request, "\r\n\r\n" );
		$length   = preg_match( '/content-length: (\d+)/i', $request, $found ) ? (int) $found[1] : 0;
	} while ( ! feof( $client ) && ( false === $head || strlen( $request ) < $head + 4 + $length ) );
	$at = microtime( true );
	fwrite( $client, "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n" );
	fclose( $client );
	$body = json_decode( substr( $request, (int) $head + 4 ), true );
	printf( "%.6f %s %s\n", $at, $body['sku'] ?? '-', $body['stock_quantity'] ?? '-' );
}
