import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { okRecord } from '../testing/run.fixture.ts'
import {
  allOf,
  failed,
  freshFolder,
  good,
  header,
  planText,
  slower,
  warm,
  writeFinishedRun,
} from '../testing/stored-run.fixture.ts'
import { readRun } from './read-run.ts'
import { RunWriter } from './run-writer.ts'
import { sealLine } from './sealed-line.ts'

const folder = freshFolder()

describe('a run that ended', () => {
  test('leaves raw files that read back as they were written', async () => {
    await writeFinishedRun(folder())
    expect((await readdir(folder())).sort()).toEqual([
      'command.txt',
      'phases.jsonl',
      'plan.json',
      'records.jsonl',
      'run.json',
    ])
    expect(await readFile(join(folder(), 'plan.json'), 'utf8')).toBe(planText)
    const { run, phases, records } = await readRun(folder())
    expect(run).toMatchObject({ ...header, ended: { reason: 'window', clientHealth: { maxRssMiB: 120 } } })
    expect(phases).toEqual([
      { phase: 'warmup', startMs: 0, endMs: 401 },
      { phase: 'profiling', startMs: 500, endMs: 2500 },
    ])
    expect(await allOf(records())).toEqual([warm, good, slower, failed])
  })
})

describe('writing', () => {
  test('lines reach the disk within about a second, without a close', async () => {
    const writer = await RunWriter.open({ folder: folder(), header, planText })
    writer.record(good)
    const path = join(folder(), 'records.jsonl')
    while ((await readFile(path, 'utf8')) === '') await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await readFile(path, 'utf8')).toBe(`${sealLine(JSON.stringify(good))}\n`)
    writer.record(slower)
    while (!(await readFile(path, 'utf8')).includes(slower.id)) await new Promise((resolve) => setTimeout(resolve, 50))
    await writer.close({ reason: 'window' })
  })

  test('many lines keep their order and none is lost', async () => {
    const writer = await RunWriter.open({ folder: folder(), header, planText })
    for (let turn = 0; turn < 5000; turn += 1) {
      writer.record(okRecord({ id: `0.0.0.${turn}`, turn }))
      if (turn % 500 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await writer.close({ reason: 'window' })
    const { records } = await readRun(folder())
    const turns = (await allOf(records())).map(({ turn }) => turn)
    expect(turns).toEqual(Array.from({ length: 5000 }, (_, turn) => turn))
  })

  test('a folder that holds a run is refused, unless it may be overwritten', async () => {
    await writeFinishedRun(folder())
    await writeFile(join(folder(), 'notes.txt'), 'mine')
    const before = await readFile(join(folder(), 'records.jsonl'), 'utf8')
    await expect(RunWriter.open({ folder: folder(), header, planText })).rejects.toThrow(
      /holds a run already .*another folder/,
    )
    expect(await readFile(join(folder(), 'records.jsonl'), 'utf8')).toBe(before)

    const writer = await RunWriter.open({ folder: folder(), header, planText, overwrite: true })
    await writer.close({ reason: 'window' })
    expect(await readFile(join(folder(), 'records.jsonl'), 'utf8')).toBe('')
    expect(await readFile(join(folder(), 'notes.txt'), 'utf8')).toBe('mine')
  })

  test('a file where the folder should be', async () => {
    await mkdir(join(folder(), '..'), { recursive: true })
    await writeFile(folder(), '')
    await expect(RunWriter.open({ folder: folder(), header, planText })).rejects.toThrow(
      /one: a file stands where the folder should be/,
    )
  })
})
