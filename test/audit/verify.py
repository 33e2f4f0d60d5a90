#!/usr/bin/env python3
"""Verifies an export of the maintenance calendar, from docs/reference/export-format.md alone.

    verify.py FILE [--head FILE] [--key FILE]

Prints `ok`, or the finding and the position of the event (or -). Exit code 0 or 1. Needs python3-cryptography.
"""
import argparse
import base64
import hashlib
import json
import re
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key


class Wrong(Exception):
    def __init__(self, finding, position=None):
        super().__init__(finding)
        self.finding, self.position = finding, position


def sha256(data):
    return hashlib.sha256(data).digest()


def root(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"")
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:]))


def signed(public_key, text, signature):
    try:
        key = load_der_public_key(base64.b64decode(public_key))
        if not isinstance(key, Ed25519PublicKey):
            return False
        key.verify(base64.b64decode(signature), text.encode())
        return True
    except (InvalidSignature, ValueError):
        return False


def key_id(public_key):
    return hashlib.sha256(base64.b64decode(public_key)).hexdigest()[:16]


def head_text(head):
    return "maintenance-calendar tree head 1\nsize {size}\nroot {rootHash}\nat {at}\nkey {keyId}\n".format(**head)


def read_event(line):
    """Hash and record of an event's line; None where it is not as its own hash says."""
    found = re.fullmatch(rb'\{"hash":"([0-9a-f]{64})","record":(\{.*\})\}', line, re.DOTALL)
    if not found or hashlib.sha256(found[2]).hexdigest() != found[1].decode():
        return None
    try:
        return found[1].decode(), json.loads(found[2].decode("utf-8"))
    except ValueError:
        return None


class History:
    def __init__(self):
        self.leaves, self.streams, self.keys, self.heads, self.types = [], {}, [], [], {}
        self.recorded_at, self.newest = "", None

    def take(self, number, record):
        """The next event. @raises Wrong"""
        position = len(self.leaves) + 1
        if record["position"] > position:
            raise Wrong("missing", position)
        if record["position"] < position:
            raise Wrong("inserted", record["position"])
        revision, before = self.streams.get(record["stream"], (-1, None))
        if record["revision"] != revision + 1 or record["previousHash"] != before:
            raise Wrong("unchained", position)
        if record["recordedAt"] < self.recorded_at:
            raise Wrong("time", position)
        if record["type"] == "AuditKeyIntroduced":
            self.key(position, record["data"])
        if record["type"] == "TreeHeadSigned":
            self.head(position, record["data"])
        self.streams[record["stream"]] = (record["revision"], number)
        self.recorded_at, self.newest = record["recordedAt"], number
        self.types.setdefault(record["type"], set()).add(record["version"])
        self.leaves.append(sha256(b"\x00" + bytes.fromhex(number)))

    def key(self, position, data):
        before = self.keys[-1] if self.keys else None
        text = "maintenance-calendar audit key 1\nkey {}\npublic {}\nreplaces {}\n".format(
            data["keyId"], data["publicKey"], data["replaces"] or "-"
        )
        right = (
            key_id(data["publicKey"]) == data["keyId"]
            and all(known["keyId"] != data["keyId"] for known in self.keys)
            and data["replaces"] == (before["keyId"] if before else None)
            and (data["endorsement"] is None or signed(before["publicKey"], text, data["endorsement"]))
        )
        if not right:
            raise Wrong("head", position)
        self.keys.append({**data, "position": position})

    def head(self, position, head):
        signs = self.keys[-1] if self.keys else {"keyId": None}
        right = (
            head["keyId"] == signs["keyId"]
            and type(head["size"]) is int
            and 0 <= head["size"] < position
            and signed(signs["publicKey"], head_text(head), head["signature"])
            and root(self.leaves[: head["size"]]).hex() == head["rootHash"]
        )
        if not right:
            raise Wrong("head", position)
        self.heads.append({**head, "position": position})

    def against(self, head, key):
        """Holds the history against what was kept. @raises Wrong"""
        if head and head["size"] > len(self.leaves):
            raise Wrong("truncated")
        if head and root(self.leaves[: head["size"]]).hex() != head["rootHash"]:
            raise Wrong("rewritten")
        covered = head["size"] if head else 0
        trusted = {key_id(one) for one in [key, head and head["publicKey"]] if one}
        for one in self.keys:
            if one["position"] <= covered or (one["endorsement"] and one["replaces"] in trusted):
                trusted.add(one["keyId"])
        if not trusted:
            return
        newest = self.heads[-1] if self.heads else None
        if newest and newest["position"] > covered and newest["keyId"] not in trusted:
            raise Wrong("re-signed", newest["position"])
        if key and not any(one["keyId"] in trusted for one in self.heads):
            raise Wrong("re-signed")


def judged(wrong, found, rest):
    """What was done to the first event that is not as it should be, as the lines after it tell."""
    later = [event[1]["position"] for event in map(read_event, rest) if event]
    if wrong.finding == "missing" and found in later:
        return Wrong("inserted", found)
    if wrong.finding == "missing" and wrong.position in later:
        return Wrong("reordered", wrong.position)
    if wrong.finding in ("changed", "unchained", "time") and wrong.position in later:
        return Wrong("inserted", wrong.position)
    return wrong


def verify(data, head, key):
    lines = data.split(b"\n")
    header = re.fullmatch(rb'\{"format":"maintenance-calendar-export","records":(0|[1-9]\d*),"version":1\}', lines[0])
    if not header or len(lines) < 2:
        raise Wrong("header" if len(lines) > 1 else "cut off")
    records = int(header[1])
    history = History()
    for index, line in enumerate(lines[1:-1], 1):
        if line.startswith(b'{"newestHash":'):
            closing, after = line, lines[index + 1 :]
            break
        event = read_event(line)
        try:
            if not event:
                raise Wrong("changed", len(history.leaves) + 1)
            history.take(*event)
        except Wrong as wrong:
            if wrong.finding == "changed" and wrong.position == records + 1:
                raise Wrong("closing")
            raise judged(wrong, event and event[1]["position"], lines[index + 1 :])
    else:
        raise Wrong("cut off")
    count = len(history.leaves)
    stated = int((re.search(rb'"records":(\d+)', closing) or [b"", b"-1"])[1])
    if records != count and stated == count:
        raise Wrong("header")
    if count < records:
        raise Wrong("missing", count + 1)
    if count > records:
        raise Wrong("inserted", records + 1)
    expected = {
        "newestHash": history.newest,
        "records": count,
        "sha256": hashlib.sha256(b"".join(one + b"\n" for one in lines[: count + 1])).hexdigest(),
        "types": {name: sorted(versions) for name, versions in sorted(history.types.items())},
    }
    text = json.dumps(expected, separators=(",", ":"), ensure_ascii=False).encode()
    if closing != text or after != [b""]:
        raise Wrong("closing")
    history.against(head, key)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--head")
    parser.add_argument("--key")
    options = parser.parse_args()
    head = json.load(open(options.head)) if options.head else None
    if head and not (
        key_id(head["publicKey"]) == head["keyId"] and signed(head["publicKey"], head_text(head), head["signature"])
    ):
        sys.exit("the kept head is not signed by its key")
    key = None
    if options.key:
        key = re.search(r"-----BEGIN PUBLIC KEY-----([\s\S]+?)-----END PUBLIC KEY-----", open(options.key).read())
        key = re.sub(r"\s", "", key[1])
    try:
        verify(open(options.file, "rb").read(), head, key)
        print("ok")
    except Wrong as wrong:
        print(wrong.finding, wrong.position if wrong.position is not None else "-")
        sys.exit(1)


if __name__ == "__main__":
    main()
