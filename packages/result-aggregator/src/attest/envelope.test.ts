import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { KeyError, preAuthentication, sealStatement, signerOf } from './envelope.ts'

const pems = (type: 'ed25519' | 'x25519' = 'ed25519') => {
  const { publicKey, privateKey } = type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519')
  return {
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}
const { publicPem, privatePem } = pems()

test('what is signed is that of the specification', () => {
  // Source: github.com/secure-systems-lab/dsse, protocol.md, "Test Vectors".
  expect(preAuthentication('http://example.com/HelloWorld', Buffer.from('hello world')).toString()).toBe(
    'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
  )
  expect(preAuthentication('ü', Buffer.from('ß')).toString()).toBe('DSSEv1 2 ü 2 ß')
})

test('a key of RFC 8032 signs as it says there, over what the specification has signed', () => {
  // Test 1 of section 7.1: the secret key, and its public one.
  const secret = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex')
  const known = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex')
  const der = (head: string, key: Buffer) => Buffer.concat([Buffer.from(head, 'hex'), key]).toString('base64')
  const pem = (kind: string, body: string) => `-----BEGIN ${kind}-----\n${body}\n-----END ${kind}-----\n`
  const envelope = sealStatement({ a: 1 }, pem('PRIVATE KEY', der('302e020100300506032b657004220420', secret)))
  expect(signerOf(envelope, pem('PUBLIC KEY', der('302a300506032b6570032100', known)))).toBe(
    envelope.signatures[0]!.keyid,
  )
})

describe('a signature', () => {
  const envelope = sealStatement({ subject: [], text: 'grün' }, privatePem)

  test('is that of the key, and of no other', () => {
    expect(signerOf(envelope, publicPem)).toMatch(/^[0-9a-f]{64}$/)
    expect(signerOf(envelope, pems().publicPem)).toBeUndefined()
    expect(JSON.parse(Buffer.from(envelope.payload, 'base64').toString())).toEqual({ subject: [], text: 'grün' })
  })

  test.each([
    ['another text', { ...envelope, payload: Buffer.from('{"subject":[1]}').toString('base64') }],
    ['another type', { ...envelope, payloadType: 'application/json' }],
    ['none', { ...envelope, signatures: [] }],
    ['one that is cut', { ...envelope, signatures: [{ sig: envelope.signatures[0]!.sig.slice(0, 20) }] }],
    ['one over the text alone', { ...envelope, signatures: [{ sig: '' }] }],
  ])('is not that of %s', (_, changed) => {
    expect(signerOf(changed, publicPem)).toBeUndefined()
  })

  test('may be one of several, whatever ids they have', () => {
    const many = { ...envelope, signatures: [{ sig: 'AAAA' }, { keyid: 'x', sig: envelope.signatures[0]!.sig }] }
    expect(signerOf(many, publicPem)).toBeDefined()
  })

  test('is not there where no key is given', () => {
    expect(sealStatement({ a: 1 }).signatures).toEqual([])
  })
})

describe('a key that cannot be used is refused, and none of it is said', () => {
  const encrypted = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
  }).privateKey
  test.each([
    ['no key', 'hello'],
    ['a public one', publicPem],
    ['one with a passphrase', encrypted],
    ['one of another kind', pems('x25519').privatePem],
    ['one that is cut', privatePem.slice(0, 60)],
  ])('%s, to sign', (_, pem) => {
    const error = attempt(() => sealStatement({}, pem))
    expect(error).toBeInstanceOf(KeyError)
    for (const part of pem.split('\n').filter((line) => line.length > 20 && !line.includes('-----')))
      expect((error as Error).message).not.toContain(part.slice(0, 20))
  })

  test.each([
    ['no key', 'hello', /PEM is wanted/],
    ['a private one', privatePem, /keep it to yourself/],
    ['one of another kind', pems('x25519').publicPem, /Ed25519 is wanted/],
  ])('%s, to verify', (_, pem, says) => {
    expect(() => signerOf(sealStatement({}), pem)).toThrow(says)
  })
})

function attempt(what: () => unknown): unknown {
  try {
    return what()
  } catch (error) {
    return error
  }
}
