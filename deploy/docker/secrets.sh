#!/bin/bash
# Makes the passwords and keys of a local compose system, once, in the volume /secrets. Nothing of it is in the repository.
set -euo pipefail
[ ! -e /secrets/.complete ] || exit 0
umask 077
cd /secrets
# The user of the .NET images
hosts_user=1654
secret() { openssl rand -hex 24; }

admin=$(secret)
owner=$(secret)
broker=$(secret)
printf "POSTGRES_PASSWORD='%s'\n" "$admin" >postgres.env
printf "RABBITMQ_DEFAULT_USER=equity\nRABBITMQ_DEFAULT_PASS='%s'\n" "$broker" >rabbitmq.env
printf "\\\\set owner_password '%s'\n" "$owner" >database.psql
for service in ingestion indicators interventions reporting; do
  password=$(secret)
  writer=$(secret)
  printf "\\\\set %s_password '%s'\n\\\\set %s_writer_password '%s'\n" "$service" "$password" "$service" "$writer" >>database.psql
  server='Host=postgres;Database=equity;GSS Encryption Mode=Disable;Maximum Pool Size=30'
  {
    printf "ConnectionStrings__Database='%s;Username=equity_%s;Password=%s'\n" "$server" "$service" "$password"
    printf "ConnectionStrings__Writer='%s;Username=equity_%s_writer;Password=%s'\n" "$server" "$service" "$writer"
    printf "Audit__KeyFile='/secrets/audit/%s.key'\n" "$service"
    printf "ConnectionStrings__RabbitMq='amqp://equity:%s@rabbitmq:5672/'\n" "$broker"
  } >"$service.env"
  printf "ConnectionStrings__Owner='%s;Username=equity_owner;Password=%s'\n" "$server" "$owner" >"$service-migrate.env"
  chown $hosts_user "$service.env" "$service-migrate.env"
done
keys_owner=$(secret)
keys=$(secret)
printf "\\\\set keys_owner_password '%s'\n\\\\set keys_password '%s'\n" "$keys_owner" "$keys" >keys.psql
keys_server='Host=postgres;Database=equity_keys;GSS Encryption Mode=Disable;Maximum Pool Size=10'
printf "ConnectionStrings__Keys='%s;Username=equity_keys;Password=%s'\n" "$keys_server" "$keys" >>ingestion.env
printf "ConnectionStrings__KeysOwner='%s;Username=equity_keys_owner;Password=%s'\n" "$keys_server" "$keys_owner" >>ingestion-migrate.env
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out identity.pem 2>/dev/null
openssl rand -base64 32 >master.key
mkdir -p web-keys audit
chown -R $hosts_user identity.pem master.key web-keys audit
chmod 711 /secrets
touch .complete
