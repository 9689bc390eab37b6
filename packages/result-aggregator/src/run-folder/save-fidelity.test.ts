import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderPlan } from '@reprise/replay-engine'
import { beforeEach, expect, test } from 'vitest'
import { compareCapture } from '../fidelity/compare-capture.ts'
import { faithfulRun, recordedCorpus } from '../fidelity/faithful-run.fixture.ts'
import type { ReplayedRun } from '../fidelity/replayed-run.ts'
import type { Fidelity } from '../result/fidelity.ts'
import { calmClient } from '../testing/run.fixture.ts'
import { freshFolder } from '../testing/stored-run.fixture.ts'
import { buildRun } from './build-run.ts'
import { readReplayedRun } from './read-replayed-run.ts'
import { RunFolderError, runFiles } from './run-folder.ts'
import { RunWriter } from './run-writer.ts'
import { saveFidelity } from './save-fidelity.ts'

const corpus = recordedCorpus()
const captured = { corpus, name: 'traces' }
const folderOfTest = freshFolder()
const path = () => join(folderOfTest(), runFiles.fidelity)

beforeEach(async () => write(await faithfulRun(corpus)))

async function write({ run: { ended, ...header }, plan, phases, records }: ReplayedRun): Promise<void> {
  const writer = await RunWriter.open({ folder: folderOfTest(), header, planText: renderPlan(plan), overwrite: true })
  for (const record of records) writer.record(record)
  for (const phase of phases) writer.phase(phase)
  await writer.close({ reason: ended!.reason, clientHealth: calmClient })
}

test('what a run was beside its traces is kept, and quoted by its result', async () => {
  expect(await buildRun(folderOfTest())).not.toHaveProperty('fidelity')
  const saved = await saveFidelity(folderOfTest(), captured)
  expect(saved.verdict).toBe('faithful')
  expect(JSON.parse(readFileSync(path(), 'utf8'))).toEqual(saved)
  expect((await buildRun(folderOfTest())).fidelity).toEqual({
    ...{ verdict: 'faithful', sentence: saved.sentence, deviating: [], notComparable: [] },
  })
})

test('one of other records, or of another plan, is not quoted', async () => {
  const { of, ...saved } = await saveFidelity(folderOfTest(), captured)
  for (const other of [
    { ...of!, records: of!.records - 1 },
    { ...of!, planDigest: 'another' },
  ]) {
    writeFileSync(path(), JSON.stringify({ ...saved, of: other } satisfies Fidelity))
    expect(await buildRun(folderOfTest())).not.toHaveProperty('fidelity')
  }
})

test('a run that is written once more has lost it', async () => {
  await saveFidelity(folderOfTest(), captured)
  await write(await faithfulRun(corpus))
  expect(await buildRun(folderOfTest())).not.toHaveProperty('fidelity')
})

test.each(['', 'null', '{"schema":"fidelity/2"}', '['.repeat(100_000)])(
  'what is none is refused with the cure: %.20s',
  async (text) => {
    writeFileSync(path(), text)
    const error = await buildRun(folderOfTest()).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(RunFolderError)
    expect((error as Error).message).toMatch(/not what a run is beside its traces \(.+\)\. Remove it, or make it anew/)
  },
)

test('no link is followed', async () => {
  rmSync(path(), { force: true })
  symlinkSync('/etc/hostname', path())
  await expect(buildRun(folderOfTest())).rejects.toThrow(/a link stands where the file should be/)
})

test('a run that cannot have happened has no result, and is named all the same', async () => {
  const run = await faithfulRun(corpus)
  const gone = run.records.find(({ turn, session }) => turn === 1 && session === 'root')!
  await write({ ...run, records: run.records.filter((record) => record !== gone) })
  await expect(buildRun(folderOfTest())).rejects.toThrow(RunFolderError)
  const found = compareCapture(captured, await readReplayedRun(folderOfTest()))
  expect(found.sentence).toBe('deviates: turns missing')
  expect(found.checks.find(({ name }) => name === 'missing-turns')!.named).toEqual([
    { name: `${gone.trace} turn 1 (planned, no record)` },
  ])
})
