import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { redactSecrets } from './redact-secrets.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprise-redact-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const environment = {
  HF_TOKEN: 'canary-4f1c',
  LONG_API_KEY: 'canary-4f1c-and-more',
  PATH: '/usr/bin-and-more',
  SHORT_TOKEN: 'abc',
}
const write = (name: string, content: string | Buffer) => writeFileSync(join(folder, name), content)
const read = (name: string) => readFileSync(join(folder, name), 'utf8')

test('the values of secrets go out of every file, and nothing else does', async () => {
  mkdirSync(join(folder, 'deep'))
  write('deep/server.log', 'HF_TOKEN=canary-4f1c\nLONG=canary-4f1c-and-more abc /usr/bin-and-more')
  write('launch.json', '{"model":"tiny"}')
  expect(await redactSecrets([folder, join(folder, 'nowhere')], environment)).toEqual([join(folder, 'deep/server.log')])
  expect(read('deep/server.log')).toBe('HF_TOKEN=[redacted]\nLONG=[redacted] abc /usr/bin-and-more')
  expect(read('launch.json')).toBe('{"model":"tiny"}')
  expect(readdirSync(folder, { recursive: true }).sort()).toEqual(['deep', 'deep/server.log', 'launch.json'])
})

test('wherever a file is cut while it is read', async () => {
  // A chunk of a file has 64 KiB.
  const size = 65_536
  for (const at of [size - 11, size - 10, size - 1, size, 2 * size - 5]) {
    write('server.log', `${'x'.repeat(at)}canary-4f1c${'y'.repeat(100)}`)
    await redactSecrets([folder], environment)
    expect(read('server.log') === `${'x'.repeat(at)}[redacted]${'y'.repeat(100)}`, `${at}`).toBe(true)
  }
})

test('bytes that are no text stay as they are', async () => {
  const bytes = Buffer.from(Array.from({ length: 512 }, (_, i) => i % 256))
  write('bytes', Buffer.concat([bytes, Buffer.from('canary-4f1c'), bytes]))
  await redactSecrets([folder], environment)
  expect(readFileSync(join(folder, 'bytes'))).toEqual(Buffer.concat([bytes, Buffer.from('[redacted]'), bytes]))
})

test('what a link leads to is left alone', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'reprise-outside-'))
  writeFileSync(join(outside, 'file'), 'canary-4f1c')
  symlinkSync(join(outside, 'file'), join(folder, 'link'))
  expect(await redactSecrets([folder], environment)).toEqual([])
  expect(readFileSync(join(outside, 'file'), 'utf8')).toBe('canary-4f1c')
  rmSync(outside, { recursive: true })
})
