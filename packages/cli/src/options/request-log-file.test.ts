import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { exitCodeOf } from '../terminal/exit-codes.ts'
import { LogFileError, openRequestLog } from './request-log-file.ts'

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-request-log-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

test('a line for each entry, all of them there once it is closed', async () => {
  const path = join(await temporaryFolder(), 'log.jsonl')
  const log = await openRequestLog(path)
  for (let n = 0; n < 3; n += 1) log.add({ n })
  await log.close()
  expect(readFileSync(path, 'utf8')).toBe('{"n":0}\n{"n":1}\n{"n":2}\n')
})

test('a file that cannot be written is said before anything is served', async () => {
  const folder = await temporaryFolder()
  for (const [path, code] of [
    [join(folder, 'none/log.jsonl'), 'ENOENT'],
    [folder, 'EISDIR'],
  ] as const) {
    const error = await openRequestLog(path).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ message: expect.stringContaining(`--log ${path}: cannot be written (${code})`) })
    expect(exitCodeOf(error)).toBe(2)
  }
})

test('what a link leads to is left alone, and nobody waits for the reader of a pipe', async () => {
  const folder = await temporaryFolder()
  const [victim, link, pipe] = [join(folder, 'victim'), join(folder, 'link'), join(folder, 'pipe')]
  writeFileSync(victim, 'mine')
  symlinkSync(victim, link)
  const error = await openRequestLog(link).catch((caught: unknown) => caught)
  expect(error).toMatchObject({ message: `--log ${link}: is a link; name the file itself` })
  expect(exitCodeOf(error)).toBe(2)
  expect(readFileSync(victim, 'utf8')).toBe('mine')
  if (spawnSync('mkfifo', [pipe]).status !== 0) return
  await expect(openRequestLog(pipe)).rejects.toThrow(/cannot be written \(ENXIO\)/)
})

test('a disk that gives out is told, and whoever closes the log hears of it', async ({ skip }) => {
  if (!existsSync('/dev/full')) skip('this system has no device that is always full')
  const log = await openRequestLog('/dev/full')
  log.add({ n: 1 })
  const error = await log.failed.catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(LogFileError)
  expect(error).toMatchObject({ message: expect.stringContaining('ENOSPC') })
  expect(exitCodeOf(error)).toBe(3)
  await expect(log.close()).rejects.toBe(error)
})
