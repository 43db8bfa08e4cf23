# shellcheck shell=bash
# A private RabbitMQ: own node name, own cookie, own port mapper, own folders, loopback only.
mq_dir=$local_dir/rabbitmq

mq_node() { echo "equity-$(printf '%s' "$local_dir" | sha256sum | cut -c1-10)@localhost"; }

mq_environment() {
  mq_env=(
    "HOME=$mq_dir"
    "RABBITMQ_NODENAME=$(mq_node)"
    "RABBITMQ_NODE_IP_ADDRESS=127.0.0.1"
    "RABBITMQ_NODE_PORT=$(setting port_rabbitmq)"
    "RABBITMQ_DIST_PORT=$(setting port_rabbitmq_dist)"
    "ERL_EPMD_PORT=$(setting port_epmd)"
    "ERL_EPMD_ADDRESS=127.0.0.1"
    "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1}"
    "RABBITMQ_CONF_ENV_FILE=$mq_dir/rabbitmq-env.conf"
    "RABBITMQ_CONFIG_FILE=$mq_dir/rabbitmq"
    "RABBITMQ_ENABLED_PLUGINS_FILE=$mq_dir/enabled_plugins"
    "RABBITMQ_MNESIA_BASE=$mq_dir/mnesia"
    "RABBITMQ_LOG_BASE=$mq_dir/log"
    "RABBITMQ_LOGS=-"
    "RABBITMQ_PID_FILE=$mq_dir/node.pid")
}

mq_init() {
  [ ! -s "$mq_dir/rabbitmq.conf" ] || return 0
  say "making a private RabbitMQ"
  (
    umask 077
    mkdir -p "$mq_dir/mnesia" "$mq_dir/log"
    printf '[].\n' >"$mq_dir/enabled_plugins"
    : >"$mq_dir/rabbitmq-env.conf"
    cat >"$mq_dir/rabbitmq.conf" <<TEXT
default_user = equity
default_pass = $(secret_of rabbitmq_password)
loopback_users = none
log.console = true
disk_free_limit.absolute = 200MB
TEXT
  )
}

epmd_program() { command -v epmd || find /usr/lib/erlang -name epmd -type f 2>/dev/null | head -1; }

mq_launch() {
  need_rabbitmq
  mq_init
  if ! running epmd; then
    port_of port_epmd epmd >/dev/null
    # Our own, in the foreground of its pid: the node would start one that nobody stops
    launch epmd "$(epmd_program)" -port "$(setting port_epmd)" -address 127.0.0.1
    wait_for 10 port_in_use "$(setting port_epmd)" || die 'the port mapper of RabbitMQ did not start'
  fi
  if ! running rabbitmq; then
    port_of port_rabbitmq rabbitmq >/dev/null
    port_of port_rabbitmq_dist rabbitmq >/dev/null
    mq_environment
    (export "${mq_env[@]}" && launch rabbitmq "$rabbit_bin/rabbitmq-server")
  fi
}

mq_await() {
  # The listener opens last, when the node is ready
  wait_for 90 port_in_use "$(setting port_rabbitmq)" || { tail_log rabbitmq; die 'RabbitMQ did not start, see .local/logs/rabbitmq.log'; }
}

mq_start() {
  mq_launch
  mq_await
}

mq_stop() {
  stop rabbitmq TERM 60
  stop epmd TERM 5
}
