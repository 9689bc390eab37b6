import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { z } from 'zod'

const base64 = z.string().regex(/^[A-Za-z0-9+/_-]*={0,2}$/)

/** What carries a statement and its signatures. Source: github.com/secure-systems-lab/dsse, envelope.md and protocol.md (1.0.2). */
export const Envelope = z.strictObject({
  payloadType: z.string(),
  payload: base64,
  signatures: z.array(z.object({ keyid: z.string().optional(), sig: base64 })),
})
export type Envelope = z.infer<typeof Envelope>

export const payloadType = 'application/vnd.in-toto+json'

/** A key that cannot be used; the message never has any of it. */
export class KeyError extends Error {
  override readonly name = 'KeyError'
}

/** The statement in an envelope, signed where a private key is given (Ed25519, PEM). @throws KeyError */
export function sealStatement(statement: object, privateKeyPem?: string): Envelope {
  const body = Buffer.from(JSON.stringify(statement))
  const envelope = { payloadType, payload: body.toString('base64') }
  if (privateKeyPem === undefined) return { ...envelope, signatures: [] }
  const key = ed25519(() => createPrivateKey(privateKeyPem), 'private')
  const sig = sign(null, preAuthentication(payloadType, body), key).toString('base64')
  return { ...envelope, signatures: [{ keyid: keyId(createPublicKey(key)), sig }] }
}

/** The id of the key if one of the signatures of the envelope is its own; `undefined` if none is. @throws KeyError */
export function signerOf(
  { payloadType: type, payload, signatures }: Envelope,
  publicKeyPem: string,
): string | undefined {
  const key = ed25519(() => publicKeyOf(publicKeyPem), 'public')
  const signed = preAuthentication(type, Buffer.from(payload, 'base64'))
  const isSigned = signatures.some(({ sig }) => verify(null, signed, key, Buffer.from(sig, 'base64')))
  return isSigned ? keyId(key) : undefined
}

/** What is signed: type and body with their lengths in bytes, so that neither can be taken for the other. */
export function preAuthentication(type: string, body: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `
  return Buffer.concat([Buffer.from(head), body])
}

/** Nobody who verifies has a private key at hand; one that is given all the same is refused, not used. */
function publicKeyOf(pem: string): KeyObject {
  if (/PRIVATE KEY/.test(pem))
    throw new KeyError('a private key is given where the public one is wanted: keep it to yourself')
  return createPublicKey(pem)
}

function ed25519(read: () => KeyObject, kind: 'private' | 'public'): KeyObject {
  const key = attempt(read, kind)
  if (key.asymmetricKeyType === 'ed25519') return key
  throw new KeyError(
    `the ${kind} key is of kind ${key.asymmetricKeyType ?? 'unknown'}, and Ed25519 is wanted: openssl genpkey -algorithm ed25519`,
  )
}

function attempt(read: () => KeyObject, kind: 'private' | 'public'): KeyObject {
  try {
    return read()
  } catch (error) {
    if (error instanceof KeyError) throw error
    // What OpenSSL says may quote what it was given.
    const cure = kind === 'private' ? ', without a passphrase' : ''
    throw new KeyError(`no ${kind} key can be read there: PEM is wanted${cure}`)
  }
}

/** SHA-256 of the key as it travels (SPKI), in hexadecimal digits. */
function keyId(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
}
