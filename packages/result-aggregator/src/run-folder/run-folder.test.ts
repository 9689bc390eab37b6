import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { freshFolder, writeFinishedRun } from '../testing/stored-run.fixture.ts'
import { buildRun } from './build-run.ts'
import { readResult } from './read-result.ts'
import { asRunFolderError, RunFolderError } from './run-folder.ts'
import { sealLine } from './sealed-line.ts'

const folder = freshFolder()

describe('reading what is not a run', () => {
  test.each([
    ['a folder that is not there', async () => {}, /run\.json: no such file\. Give the folder/],
    ['a header that is not JSON', async () => finishedThen('run.json', '{'), /run\.json: not the header of a run/],
    ['a header of another version', async () => finishedThen('run.json', '{"schema":"run/9"}'), /schema/],
    [
      'a broken line among good ones',
      async () => finishedThen('records.jsonl', '{"id":1}\n{}\n'),
      /records\.jsonl: line 1 does not match its checksum, and it is not the last .*restore it from a copy/,
    ],
    [
      'a line that is no record',
      async () => finishedThen('records.jsonl', `${sealLine('{"id":1}')}\n`),
      /records\.jsonl: records line 1: /,
    ],
    [
      'a line that is no phase',
      async () => finishedThen('phases.jsonl', `${sealLine('{"phase":"lunch","startMs":1}')}\n`),
      /phases\.jsonl: line 1 is neither a phase nor a break/,
    ],
  ])('%s', async (_, make, message) => {
    await make()
    const error = await buildRun(folder()).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(RunFolderError)
    expect((error as RunFolderError).message).toMatch(message)
  })

  test('records that are missing', async () => {
    await writeFinishedRun(folder())
    await rm(join(folder(), 'records.jsonl'))
    await expect(buildRun(folder())).rejects.toThrow(/records\.jsonl: no such file/)
  })

  test('a result that is missing, or not one', async () => {
    await writeFinishedRun(folder())
    await expect(readResult(folder())).rejects.toThrow(/results\.json: no such file/)
    await writeFile(join(folder(), 'results.json'), '{"schema":"result/0"}')
    await expect(readResult(folder())).rejects.toThrow(/not a result .*reprise results build/)
    await writeFile(join(folder(), 'results.json'), 'x')
    await expect(readResult(folder())).rejects.toThrow(/it is not JSON/)
  })

  test('errors of the system are put in words, bugs are left alone', () => {
    const full = Object.assign(new Error('write'), { code: 'ENOSPC' })
    expect(asRunFolderError('a\u001b[31mb', full)).toMatchObject({
      message: expect.stringMatching(/^a \[31mb: the disk is full\. Free/),
    })
    expect(asRunFolderError('a', Object.assign(new Error(''), { code: 'EACCES' }))).toMatchObject({
      file: 'a',
      message: expect.stringContaining('no permission'),
    })
    expect(asRunFolderError('a', Object.assign(new Error(''), { code: 'EIO' }))).toBeInstanceOf(RunFolderError)
    const bug = new TypeError('bug')
    expect(asRunFolderError('a', bug)).toBe(bug)
  })
})

async function finishedThen(file: string, text: string): Promise<void> {
  await writeFinishedRun(folder())
  await writeFile(join(folder(), file), text)
}
