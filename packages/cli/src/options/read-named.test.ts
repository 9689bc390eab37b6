import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { readServedInstants } from '../calibrate/served-instants.ts'
import { main } from '../main.ts'
import { readEngine } from './read-engine.ts'
import { readJob, readSweep } from './read-job.ts'

const folder = mkdtempSync(join(tmpdir(), 'reprise-named-'))
const at = (name: string) => join(folder, name)
execFileSync('mkfifo', [at('pipe.json')])
symlinkSync(at('circle.json'), at('circle.json'))
symlinkSync('/dev/zero', at('zero.json'))
writeFileSync(at('large.json'), Buffer.alloc(65 * 1024 * 1024, ' '))
writeFileSync(at('plan.json'), '{}')
/** A packed file of so many MiB of one character, in members of 10 MiB. */
const bomb = (mib: number, of: string) =>
  Buffer.concat(Array(mib / 10).fill(gzipSync(Buffer.alloc(10 * 1024 * 1024, of))))
writeFileSync(at('bomb.json.gz'), bomb(300, ' '))
writeFileSync(at('bomb.jsonl.gz'), bomb(600, '\n'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What is said on stderr, with the exit code. */
async function said(...argv: string[]): Promise<string> {
  let text = ''
  const signal = new AbortController().signal
  const silent = { write: () => {} }
  const stderr = {
    write: (part: string) => {
      text += part
    },
  }
  const code = await main(argv, { argv, env: {}, stdout: silent, stderr, signal })
  return `${code} ${text}`
}

const readers: Readonly<Record<string, (file: string) => Promise<unknown>>> = {
  '--engine': readEngine,
  '--job': readJob,
  '--sweep': (file) => readSweep('--sweep', file),
  'served instants': readServedInstants,
}

describe.each(Object.entries(readers))('%s', (_, read) => {
  test.each([
    ['pipe.json', /a pipe, and no plain file/],
    ['circle.json', /links that lead in a circle/],
    ['zero.json', /a device, and no plain file/],
    ['', /a folder where a file is expected/],
    ['large.json', /(larger|longer) than \d+ MiB/],
  ])('%s is refused without waiting for it', async (name, message) => {
    await expect(read(at(name))).rejects.toThrow(message)
  })
})

describe('commands end as their author can mend, with flag and file', () => {
  test.each([
    ['matrix shard --out shards --rows pipe.json'],
    ['engine check --steps plan.json --plan pipe.json'],
    ['engine check --steps plan.json --plan bomb.json.gz'],
    ['engine check --plan plan.json --steps pipe.json'],
    ['engine check --plan plan.json --steps bomb.jsonl.gz'],
  ])('%s', async (line) => {
    const words = line.split(' ').map((word) => (/json|shards/.test(word) ? at(word) : word))
    expect(await said(...words)).toMatch(/^2 reprise: --(rows|plan|steps) \S+(pipe|bomb)\S*: /)
  })
})
