# shellcheck shell=bash
# The configuration files of one private shop. Everything lives under the shop's directory.

write_mariadb_config() {
    local dir="$1"
    cat >"$dir/etc/mariadb.cnf" <<CNF
[mariadbd]
datadir=$dir/db
socket=$dir/run/db.sock
pid-file=$dir/run/db.pid
log-error=$dir/log/db.log
tmpdir=$dir/tmp
skip-networking
skip-log-bin
skip-name-resolve
character-set-server=utf8mb4
innodb_buffer_pool_size=96M
innodb_log_file_size=48M
innodb_flush_log_at_trx_commit=2
performance_schema=OFF
max_connections=120
CNF
}

write_php_config() {
    local dir="$1" extension="$2"
    cat >"$dir/etc/php/90-shop.ini" <<INI
memory_limit=512M
sendmail_path=/bin/true
error_log=$dir/log/php.log
log_errors=1
max_execution_time=300
post_max_size=64M
upload_max_filesize=64M
sys_temp_dir=$dir/tmp
opcache.revalidate_freq=0
INI
    rm -f "$dir/etc/php/95-onhand.ini"
    [ -n "$extension" ] || return 0
    cat >"$dir/etc/php/95-onhand.ini" <<INI
extension=$extension
onhand.journal_dir=$dir/journal
INI
}

write_fpm_config() {
    local dir="$1"
    cat >"$dir/etc/fpm.conf" <<FPM
[global]
pid = $dir/run/fpm.pid
error_log = $dir/log/fpm.log
daemonize = yes
[shop]
user = $SHOP_USER
group = $SHOP_GROUP
listen = $dir/run/fpm.sock
listen.owner = $SHOP_USER
listen.group = $SHOP_GROUP
pm = static
pm.max_children = ${ONHAND_FPM_CHILDREN:-4}
pm.max_requests = 0
catch_workers_output = yes
clear_env = no
FPM
}

# Not Debian's fastcgi_params: some versions of it drop the port from HTTP_HOST.
write_fastcgi_params() {
    cat <<'PARAMS'
fastcgi_param QUERY_STRING      $query_string;
fastcgi_param REQUEST_METHOD    $request_method;
fastcgi_param CONTENT_TYPE      $content_type;
fastcgi_param CONTENT_LENGTH    $content_length;
fastcgi_param SCRIPT_FILENAME   $document_root$fastcgi_script_name;
fastcgi_param SCRIPT_NAME       $fastcgi_script_name;
fastcgi_param REQUEST_URI       $request_uri;
fastcgi_param DOCUMENT_URI      $document_uri;
fastcgi_param DOCUMENT_ROOT     $document_root;
fastcgi_param SERVER_PROTOCOL   $server_protocol;
fastcgi_param REQUEST_SCHEME    $scheme;
fastcgi_param GATEWAY_INTERFACE CGI/1.1;
fastcgi_param SERVER_SOFTWARE   nginx/$nginx_version;
fastcgi_param REMOTE_ADDR       $remote_addr;
fastcgi_param REMOTE_PORT       $remote_port;
fastcgi_param SERVER_ADDR       $server_addr;
fastcgi_param SERVER_PORT       $server_port;
fastcgi_param SERVER_NAME       $host;
fastcgi_param HTTP_HOST         $http_host;
fastcgi_param REDIRECT_STATUS   200;
PARAMS
}

write_nginx_config() {
    local dir="$1" port="$2"
    write_fastcgi_params >"$dir/etc/fastcgi.conf"
    cat >"$dir/etc/nginx.conf" <<NGINX
user $SHOP_USER $SHOP_GROUP;
worker_processes 1;
pid $dir/run/nginx.pid;
error_log $dir/log/nginx.log warn;
events { worker_connections 256; }
http {
    include /etc/nginx/mime.types;
    access_log off;
    client_max_body_size 64m;
    large_client_header_buffers 4 16k;
    client_body_temp_path $dir/tmp/nginx-body;
    proxy_temp_path $dir/tmp/nginx-proxy;
    fastcgi_temp_path $dir/tmp/nginx-fastcgi;
    uwsgi_temp_path $dir/tmp/nginx-uwsgi;
    scgi_temp_path $dir/tmp/nginx-scgi;
    server {
        listen 127.0.0.1:$port;
        root $dir/www;
        index index.php;
        location / { try_files \$uri \$uri/ /index.php?\$args; }
        location ~ \\.php\$ {
            try_files \$uri =404;
            include $dir/etc/fastcgi.conf;
            fastcgi_read_timeout 300s;
            fastcgi_buffers 16 64k;
            fastcgi_buffer_size 64k;
            fastcgi_pass unix:$dir/run/fpm.sock;
        }
    }
}
NGINX
}

write_wp_config() {
    local dir="$1" port="$2" key
    {
        cat <<PHP
<?php
define( 'DB_NAME', 'shop' );
define( 'DB_USER', 'shop' );
define( 'DB_PASSWORD', 'shop' );
define( 'DB_HOST', 'localhost:$dir/run/db.sock' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
define( 'WP_HOME', 'http://127.0.0.1:$port' );
define( 'WP_SITEURL', 'http://127.0.0.1:$port' );
define( 'WP_ENVIRONMENT_TYPE', 'local' );
define( 'WP_DEBUG', true );
define( 'WP_DEBUG_LOG', '$dir/log/wordpress.log' );
define( 'WP_DEBUG_DISPLAY', false );
define( 'DISABLE_WP_CRON', ${ONHAND_DISABLE_WP_CRON:-true} );
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'WP_ACCESSIBLE_HOSTS', '127.0.0.1,localhost' );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'FS_METHOD', 'direct' );
define( 'ONHAND_JOURNAL_DIR', '$dir/journal' );
define( 'ONHAND_AGENT_SOCKET', '$dir/run/agent.sock' );
define( 'ONHAND_PROGRAM', '$dir/bin/onhand' );
PHP
        # A fixed salt per shop directory keeps logins valid from one `up` to the next.
        for key in AUTH SECURE_AUTH LOGGED_IN NONCE; do
            printf "define( '%s_KEY', '%s' );\n" "$key" "$(printf '%s %s key' "$dir" "$key" | sha256sum | cut -c1-64)"
            printf "define( '%s_SALT', '%s' );\n" "$key" "$(printf '%s %s salt' "$dir" "$key" | sha256sum | cut -c1-64)"
        done
        cat <<'PHP'
$table_prefix = 'wp_';
// WooCommerce takes its REST keys over HTTPS only: a caller behind a (pretended) proxy says so.
if ( 'https' === ( $_SERVER['HTTP_X_FORWARDED_PROTO'] ?? '' ) ) {
    $_SERVER['HTTPS'] = 'on';
}
if ( ! defined( 'ABSPATH' ) ) {
    define( 'ABSPATH', __DIR__ . '/' );
}
require_once ABSPATH . 'wp-settings.php';
PHP
    } >"$dir/www/wp-config.php"
}
