import { expect, test } from 'vitest'
import { digestIn, enrootUri, squashLength, squashName } from './image-names.ts'

test.each([
  ['vllm/vllm-openai:v0.19.1', 'docker://vllm/vllm-openai:v0.19.1'],
  ['ubuntu', 'docker://ubuntu'],
  ['nvcr.io/nvidia/ai-dynamo/x:0.8.1.post1', 'docker://nvcr.io#nvidia/ai-dynamo/x:0.8.1.post1'],
  ['nvcr.io#nvidia/x:1', 'docker://nvcr.io#nvidia/x:1'],
  ['localhost:5000/x', 'docker://localhost:5000#x'],
  ['localhost/x', 'docker://localhost#x'],
])('enroot asks for %s as %s', (image, uri) => {
  expect(enrootUri(image)).toBe(uri)
})

test('no two images share a file, and none leaves the folder', () => {
  const names = ['a/b:c', 'a_b_c', 'a/b_c', '../../a', `${'x'.repeat(300)}1`, `${'x'.repeat(300)}2`].map(squashName)
  expect(new Set(names).size).toBe(6)
  expect(names.every((name) => /^[A-Za-z0-9._-]{1,130}\.sqsh$/.test(name) && !name.startsWith('-'))).toBe(true)
  expect(squashName('lmsysorg/sglang:v0.5.9')).toMatch(/^lmsysorg_sglang_v0\.5\.9-[0-9a-f]{12}\.sqsh$/)
})

test('a digest is what an image is named by, if it is', () => {
  const digest = `sha256:${'0a'.repeat(32)}`
  expect(digestIn(`nvcr.io/x@${digest}`)).toBe(digest)
  expect(digestIn('nvcr.io/x:1')).toBeUndefined()
})

test('a squash file says how long it is', () => {
  const head = Buffer.alloc(96)
  head.write('hsqs', 'latin1')
  head.writeBigUInt64LE(4_096n, 40)
  expect(squashLength(head)).toBe(4_096)
  expect(squashLength(head.subarray(0, 95))).toBeUndefined()
  expect(squashLength(Buffer.alloc(96))).toBeUndefined()
  head.writeBigUInt64LE(0n, 40)
  expect(squashLength(head)).toBeUndefined()
})
