# shellcheck shell=bash
# An agent and the simulated marketplaces beside a private shop. Needs common.sh and shop.sh.

# build_agent PROFILE: the agent and the simulator; prints the directory of the binaries.
build_agent() {
    local profile="$1" arguments=(build -q -p onhand -p onhand-tests --bins)
    [ "$profile" = debug ] || arguments+=(--profile "$profile")
    quietly "building the agent and the simulated marketplaces" cargo "${arguments[@]}" --manifest-path "$ROOT/Cargo.toml" || return 1
    printf '%s\n' "$TARGET/$profile"
}

# place_binaries DIR FROM: where the shop's user can run them.
place_binaries() {
    local name
    for name in onhand onhand-sim; do
        ln -f "$2/$name" "$1/bin/$name" 2>/dev/null || cp -f "$2/$name" "$1/bin/$name" || return 1
        chmod a+rx "$1/bin/$name"
    done
}

# start_marketplaces DIR [OPTION...]: both on one port, and stores that sell; prints their URL.
start_marketplaces() {
    local dir="$1" url arguments
    arguments=(--state "$dir/run/sim.state" "${@:2}")
    stop "$dir/run/sim.pid" onhand-sim
    # One that was killed comes back at the same place and knows all that it ever confirmed.
    [ ! -s "$dir/run/sim.addr" ] || arguments+=(--addr "$(cat "$dir/run/sim.addr")")
    exec_as_shop setsid "$dir/bin/onhand-sim" "${arguments[@]}" >"$dir/log/sim.out" 2>>"$dir/log/sim.log" </dev/null &
    printf '%s\n' "$!" >"$dir/run/sim.pid"
    await "the simulated marketplaces ($dir/log/sim.log)" 20 grep -q '"url"' "$dir/log/sim.out" || return 1
    jq -r .addr "$dir/log/sim.out" >"$dir/run/sim.addr"
    url="$(jq -r .url "$dir/log/sim.out")"
    printf '%s\n' "$url"
}

# start_agent DIR: follows that shop's journal and serves its API at DIR/run/agent.sock.
start_agent() {
    local dir="$1"
    stop_agent "$dir"
    write_agent_config "$dir"
    # As the unit does.
    exec_as_shop setsid env MALLOC_ARENA_MAX=1 "$dir/bin/onhand" agent run --config "$dir/etc/onhand.toml" >>"$dir/log/agent.log" 2>&1 </dev/null &
    printf '%s\n' "$!" >"$dir/run/agent.pid"
    await "the agent ($dir/log/agent.log)" 30 agent_api "$dir" GET /v1/health
}

stop_agent() { stop "$1/run/agent.pid" onhand; }

stop_marketplaces() { stop "$1/run/sim.pid" onhand-sim; }

# The sweep guard and the velocity buffer are off: the tests and the demo sweep on purpose, and sell in seconds what a
# shop sells in days. ONHAND_GUARD=true: with the guard, which then holds a sweep of five listings already.
write_agent_config() {
    local dir="$1"
    mkdir -p "$dir/agent"
    chown "$SHOP_USER:$SHOP_GROUP" "$dir/agent"
    cat >"$dir/etc/onhand.toml" <<TOML
database = "$dir/agent/onhand.db"
journal.dir = "$dir/journal"
api.socket = "$dir/run/agent.sock"
secrets.key_file = "$dir/agent/secret.key"
guard.enabled = ${ONHAND_GUARD:-false}
guard.minimum = 5
velocity.risk_ppm = 0
strict.settle_ms = 0
ledger.rest_ms = ${ONHAND_REST_MS:-300}
# What is killed on purpose is to be noticed soon.
dispatch.retry_delays_ms = [200, 1000, 5000]
dispatch.circuit_open_ms = 1000
TOML
}

# agent_api DIR METHOD PATH [JSON]
agent_api() {
    local body=()
    [ -z "${4:-}" ] || body=(-H 'Content-Type: application/json' --data "$4")
    curl -fsS --unix-socket "$1/run/agent.sock" -X "$2" "${body[@]}" "http://onhand$3"
}

# connect_channels DIR URL: one simulated account on each marketplace.
connect_channels() {
    local dir="$1" url="$2"
    agent_api "$dir" POST /v1/channels "$(jq -n --arg url "$url" \
        '{name:"shopify",kind:"shopify",config:{shop:"demo.myshopify.com",endpoint:$url},secrets:{access_token:"shpat_simulated"}}')" >/dev/null &&
        agent_api "$dir" POST /v1/channels "$(jq -n --arg url "$url" --arg revisions "${ONHAND_REVISIONS_PER_DAY:-250}" \
            '{name:"ebay",kind:"ebay",config:{client_id:"sim-client-id",endpoint:$url,revisions_per_day:$revisions},secrets:{client_secret:"sim-client-secret",refresh_token:"v^1.1#i^1#r^1#simulated-refresh-token"}}')" >/dev/null
}
