import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readPlainFile, UnreadableFile } from './plain-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'reprise-file-'))
const at = (name: string) => join(folder, name)
const limit = { maxBytes: 1024 * 1024, cure: 'name the right one' }
const socket = createServer()

beforeAll(async () => {
  writeFileSync(at('plain'), 'text')
  writeFileSync(at('large'), 'x'.repeat(limit.maxBytes + 1))
  symlinkSync(at('plain'), at('link'))
  symlinkSync(at('circle'), at('circle'))
  execFileSync('mkfifo', [at('pipe')])
  await new Promise<void>((resolve) => socket.listen(at('socket'), resolve))
})
afterAll(() => {
  socket.close()
  rmSync(folder, { recursive: true })
})

test.each(['plain', 'link'])('a %s is read', async (name) => {
  expect((await readPlainFile(at(name), limit)).toString()).toBe('text')
})

test.each([
  ['pipe', /^a pipe, and no plain file; write what it gives into a file/],
  ['socket', /^a socket, and no plain file/],
  ['circle', /^links that lead in a circle; name the file itself/],
  ['', /^a folder where a file is expected/],
  ['absent', /^no such file or folder; check the path/],
  ['plain/inside', /^no such file or folder/],
  ['large', /^larger than 1 MiB; name the right one/],
])('what is no plain file is refused without waiting: %s', async (name, message) => {
  const reading = readPlainFile(at(name), limit)
  await expect(reading).rejects.toThrow(UnreadableFile)
  await expect(reading).rejects.toThrow(message)
})

test.skipIf(!existsSync('/proc/self/status'))(
  'a file that claims to hold nothing is read no further than the bound',
  async () => {
    expect((await readPlainFile('/proc/self/status', limit)).toString()).toMatch(/^Name:/)
    await expect(readPlainFile('/proc/self/status', { ...limit, maxBytes: 100 })).rejects.toThrow(/^larger than/)
  },
)

test('a device never ends', async () => {
  await expect(readPlainFile('/dev/zero', limit)).rejects.toThrow(/^a device, and no plain file/)
})
