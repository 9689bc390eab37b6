import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { writeReport } from '../report-file/write-report.ts'
import { freshFolder, header, planText, writeFinishedRun } from '../testing/stored-run.fixture.ts'
import { buildRun } from './build-run.ts'
import { readResult } from './read-result.ts'
import { readStoppedRun } from './read-stopped-run.ts'
import { RunFolderError, runFiles } from './run-folder.ts'
import { RunWriter } from './run-writer.ts'
import { saveResult } from './save-result.ts'
import { sealLine } from './sealed-line.ts'
import { writeFileWhole } from './write-file-whole.ts'

const folder = freshFolder()
const inside = (name: string) => join(folder(), name)
const victim = () => join(folder(), '..', 'victim')

beforeEach(async () => {
  await writeFinishedRun(folder())
  writeFileSync(victim(), 'mine')
})

const madeOf: [what: string, make: (path: string) => void][] = [
  ['a pipe', (path) => spawnSync('mkfifo', [path])],
  ['a device', (path) => symlinkSync('/dev/zero', path)],
  ['a link', (path) => symlinkSync(victim(), path)],
  ['a link to itself', (path) => symlinkSync(path, path)],
  ['a folder', (path) => mkdirSync(path)],
]

describe('reading what is no file', () => {
  const read = ['run.json', 'plan.json', 'phases.jsonl', 'records.jsonl']
  test.each(read.flatMap((file) => madeOf.map(([what, make]) => [file, what, make] as const)))(
    '%s is %s',
    async (file, _, make) => {
      rmSync(inside(file))
      make(inside(file))
      const error = await buildRun(folder()).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(RunFolderError)
      expect((error as Error).message).toMatch(/(a link|a pipe, a device or a folder) stands where the file should be/)
      await expect(readStoppedRun(folder())).rejects.toThrow(RunFolderError)
    },
  )

  test.each(madeOf)('results.json is %s', async (_, make) => {
    make(inside('results.json'))
    await expect(readResult(folder())).rejects.toThrow(RunFolderError)
    await expect(writeReport([folder()])).rejects.toThrow(RunFolderError)
  })
})

describe('reading what is too much', () => {
  const gibibyte = 1024 ** 3

  test.each(['run.json', 'plan.json', 'phases.jsonl', 'results.json'])('%s of a gibibyte', async (file) => {
    if (file === 'results.json') writeFileSync(inside(file), '')
    truncateSync(inside(file), gibibyte)
    const reading = file === 'results.json' ? readResult(folder()) : buildRun(folder())
    await expect(reading).rejects.toThrow(/it has 1073741824 bytes, and no more than \d+ are read/)
  })

  test('a record line of 200 MB', async () => {
    truncateSync(inside('records.jsonl'), 0)
    truncateSync(inside('records.jsonl'), 200_000_000)
    await expect(buildRun(folder())).rejects.toThrow(/line 1 is longer than 67108864 bytes/)
    await expect(RunWriter.resume({ folder: folder(), header, at })).rejects.toThrow(/its last line is longer than/)
  })

  test('empty lines without number are skipped, each looked at once', async () => {
    const before = readFileSync(inside('records.jsonl'))
    writeFileSync(
      inside('records.jsonl'),
      Buffer.concat([Buffer.alloc(50_000_000, '\n'), before, Buffer.alloc(50_000_000, '\n')]),
    )
    expect((await buildRun(folder())).counts.requests).toBe(3)
  })

  test('JSON that is nested without end', async () => {
    for (const file of ['run.json', 'plan.json']) {
      const text = readFileSync(inside(file))
      writeFileSync(inside(file), '['.repeat(1_000_000))
      await expect(buildRun(folder()), file).rejects.toThrow(RunFolderError)
      writeFileSync(inside(file), text)
    }
    const config = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`
    const deep = readFileSync(inside('run.json'), 'utf8').replace(
      '"model":',
      `"engine":{"name":"x","config":${config}},"model":`,
    )
    writeFileSync(inside('run.json'), deep)
    await expect(buildRun(folder())).rejects.toThrow(/not the header of a run/)
  })

  test('a line with a right checksum that is no JSON', async () => {
    writeFileSync(inside('phases.jsonl'), `${sealLine('not json}')}\n`)
    await expect(buildRun(folder())).rejects.toThrow(/line 1 is neither a phase nor a break/)
    writeFileSync(inside('records.jsonl'), `${sealLine('not json}')}\n`)
    await expect(buildRun(folder())).rejects.toThrow(RunFolderError)
  })
})

const at = { attempt: 2, atMs: 2500, after: 'killed', records: 4, unreadableLines: 0 } as const

describe('writing never goes through a link', () => {
  test('that has the name of a part', async () => {
    const result = await buildRun(folder())
    for (const name of ['results.json', 'manifest.json']) symlinkSync(victim(), inside(`${name}.part`))
    await saveResult(folder(), result)
    expect(readFileSync(victim(), 'utf8')).toBe('mine')
    expect(await readResult(folder())).toEqual(JSON.parse(JSON.stringify(result)))
    expect(readdirSync(folder()).filter((name) => /\.[0-9a-f-]{36}\.part$/.test(name))).toEqual([])
  })

  test('that stands in the place of a file', async () => {
    const result = await buildRun(folder())
    for (const name of ['results.json', 'manifest.json', 'report.html']) symlinkSync(victim(), inside(name))
    await saveResult(folder(), result)
    await writeReport([folder()])
    expect(readFileSync(victim(), 'utf8')).toBe('mine')
    expect(readFileSync(inside('report.html'), 'utf8')).toMatch(/^<!doctype html>/i)
  })

  test.each(['records.jsonl', 'phases.jsonl'])('in the place of %s when a run goes on', async (name) => {
    renameSync(inside(name), victim())
    const before = readFileSync(victim(), 'utf8')
    symlinkSync(victim(), inside(name))
    await expect(RunWriter.resume({ folder: folder(), header, at })).rejects.toThrow(
      /a link stands where the file should be/,
    )
    expect(readFileSync(victim(), 'utf8')).toBe(before)
  })

  test.each(Object.values(runFiles).filter((name) => name !== 'run.lock'))(
    'that leads nowhere, in the place of %s',
    async (name) => {
      for (const each of readdirSync(folder())) rmSync(inside(each))
      const nowhere = join(folder(), '..', 'nowhere')
      symlinkSync(nowhere, inside(name))
      await expect(RunWriter.open({ folder: folder(), header, planText })).rejects.toThrow(/holds a run already/)
      const writer = await RunWriter.open({ folder: folder(), header, planText, overwrite: true })
      await writer.close({ reason: 'aborted' })
      expect(existsSync(nowhere)).toBe(false)
    },
  )

  test('many that write the same file at once all succeed, and one of them is what remains', async () => {
    const texts = Array.from({ length: 30 }, (_, i) => `${i}`.repeat(10_000))
    await Promise.all(texts.map((text) => writeFileWhole(inside('notes.txt'), text)))
    expect(texts).toContain(readFileSync(inside('notes.txt'), 'utf8'))
    expect(readdirSync(folder()).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  test('a folder that links lead to is as good as any', async () => {
    const link = join(folder(), '..', 'link')
    symlinkSync(folder(), link)
    await saveResult(link, await buildRun(link))
    expect((await readResult(folder())).counts.ok).toBe(2)
  })

  test.each(madeOf.filter(([what]) => what === 'a pipe' || what === 'a device' || what === 'a folder'))(
    '%s is not replaced',
    async (_, make) => {
      make(inside('out'))
      await expect(writeFileWhole(inside('out'), 'x')).rejects.toThrow(/a pipe, a device or a folder stands where/)
      expect(readdirSync(folder()).filter((name) => name.startsWith('out'))).toEqual(['out'])
    },
  )
})
