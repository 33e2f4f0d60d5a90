import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** A certificate for 127.0.0.1 and `localhost`, its key, and the certificate of the authority that issued it: PEM. */
export interface Certificates {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...head), content]);
};
const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts);
const identifier = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const bits = (content: Buffer): Buffer => der(0x03, Buffer.of(0), content);
const time = (text: string): Buffer => der(0x18, Buffer.from(text));
const TRUE = der(0x01, Buffer.of(0xff));

const ECDSA_WITH_SHA256 = sequence(identifier('2a8648ce3d040302'));
const COMMON_NAME = '550403';
const BASIC_CONSTRAINTS = '551d13';
const KEY_USAGE = '551d0f';
const ALTERNATIVE_NAMES = '551d11';
/** A test's certificate does not expire while anybody runs the test. */
const VALIDITY = sequence(time('20200101000000Z'), time('21200101000000Z'));

const name = (text: string): Buffer =>
  sequence(der(0x31, sequence(identifier(COMMON_NAME), der(0x0c, Buffer.from(text)))));
const criticalExtension = (id: string, value: Buffer): Buffer => sequence(identifier(id), TRUE, der(0x04, value));
const extension = (id: string, value: Buffer): Buffer => sequence(identifier(id), der(0x04, value));

function issue(subject: string, publicKey: KeyObject, issuer: string, by: KeyObject, extensions: Buffer[]): string {
  const serial = Buffer.concat([Buffer.of(1), randomBytes(8)]);
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, serial),
    ECDSA_WITH_SHA256,
    name(issuer),
    VALIDITY,
    name(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const certificate = sequence(toBeSigned, ECDSA_WITH_SHA256, bits(sign('sha256', toBeSigned, by)));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

/**
 * New certificates for a double that speaks TLS, as a small authority would issue them: Node can check certificates but
 * not make them, and a key in the repository would be one too many.
 */
export function issueCertificates(): Certificates {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const node = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const names = sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.of(127, 0, 0, 1)));
  return {
    authority: issue('Double authority', authority.publicKey, 'Double authority', authority.privateKey, [
      criticalExtension(BASIC_CONSTRAINTS, sequence(TRUE)),
      criticalExtension(KEY_USAGE, der(0x03, Buffer.of(2, 0x04))),
    ]),
    certificate: issue('Double node', node.publicKey, 'Double authority', authority.privateKey, [
      criticalExtension(KEY_USAGE, der(0x03, Buffer.of(7, 0x80))),
      extension(ALTERNATIVE_NAMES, names),
    ]),
    key: node.privateKey.export({ type: 'pkcs8', format: 'pem' }),
  };
}
