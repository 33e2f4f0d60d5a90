#!/bin/bash
# Runs in the image of KurrentDB's certificate tool: an authority, and a certificate for each node that has none.
set -euo pipefail
# Whom KurrentDB runs as in its image.
KURRENTDB_USER=1000:1000

[ -f /authority/ca.key ] || es-gencert-cli create-ca -out /authority
cp /authority/ca.crt /ca/ca.crt
chmod 644 /ca/ca.crt
chmod 755 /ca
for node in node1 node2 node3; do
  if [ ! -f "/$node/node.key" ]; then
    es-gencert-cli create-node -ca-certificate /authority/ca.crt -ca-key /authority/ca.key \
      -out "/tmp/$node" -dns-names "$node,localhost" -ip-addresses 127.0.0.1
    cp "/tmp/$node/node.crt" "/tmp/$node/node.key" "/$node/"
  fi
  chown -R "$KURRENTDB_USER" "/$node"
  chmod 500 "/$node"
  chmod 400 "/$node/node.crt" "/$node/node.key"
done
