import { appendFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { buildRun } from '../run-folder/build-run.ts'
import { readManifest } from '../run-folder/manifest.ts'
import { saveResult } from '../run-folder/save-result.ts'
import { sealLine } from '../run-folder/sealed-line.ts'
import { freshFolder, writeFinishedRun, writeKilledRun } from '../testing/stored-run.fixture.ts'
import { writeReport } from './write-report.ts'

const folderOfTest = freshFolder()

test('the report of one run lies in its folder and stands in its manifest', async () => {
  const folder = folderOfTest()
  await writeFinishedRun(folder)
  await saveResult(folder, await buildRun(folder))
  const { path, runs, requests, bytes } = await writeReport([folder])
  expect({ path, runs, requests }).toEqual({ path: join(folder, 'report.html'), runs: 1, requests: 4 })
  expect(await readFile(path)).toHaveLength(bytes)
  expect(await readFile(path, 'utf8')).not.toContain('href="./')
  expect(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))).toEqual(await readManifest(folder))
})

test('what a meter read beside a run stands in its page over time', async () => {
  const folder = folderOfTest()
  await writeFinishedRun(folder)
  const readings = [-500, 500, 1_500, 2_500, 3_500].flatMap((atMs) =>
    ['GPU-a', 'GPU-b'].map((device) => ({ meter: 'nvidia-smi', device, atMs, watts: 300 })),
  )
  const lines = [{ schema: 'power/1', attempt: 1, intervalMs: 1_000 }, ...readings]
  await writeFile(join(folder, 'power.jsonl'), lines.map((line) => `${sealLine(JSON.stringify(line))}\n`).join(''))
  const result = await buildRun(folder)
  expect(result.power).toMatchObject({ meanPerDeviceW: 300 })
  await saveResult(folder, result)
  const { path, files } = await writeReport([folder], { beside: ['svg'] })
  expect(files!.map((file) => basename(file))).toContain('report-power.svg')
  expect(await readFile(path, 'utf8')).toMatch(/"gpuPowerW":\[300,300,/)
})

test('that of several lies above them; a killed run without a result is built', async () => {
  const folder = folderOfTest()
  await writeFinishedRun(join(folder, 'lanes-2'))
  await saveResult(join(folder, 'lanes-2'), await buildRun(join(folder, 'lanes-2')))
  await writeKilledRun(join(folder, 'deeper', 'lanes-4'))
  await mkdir(join(folder, 'empty'))
  const { path, runs } = await writeReport([folder])
  expect({ path, runs }).toEqual({ path: join(folder, 'report.html'), runs: 2 })
})

test('a run that was changed since its result was saved is named', async () => {
  const folder = folderOfTest()
  await writeFinishedRun(folder)
  await saveResult(folder, await buildRun(folder))
  expect((await writeReport([folder])).changed).toBeUndefined()
  await appendFile(join(folder, 'results.json'), '\n')
  expect((await writeReport([folder])).changed).toEqual([
    `${folder} is not as its manifest says: results.json was changed`,
  ])
})

test('a result that its records do not give is named, though its manifest fits', async () => {
  const folder = folderOfTest()
  await writeFinishedRun(folder)
  const result = await buildRun(folder)
  await saveResult(folder, { ...result, validity: { ...result.validity, verdict: 'valid' } })
  expect((await writeReport([folder])).changed).toEqual([
    `${folder} does not give the result that lies there: validity.verdict is "valid", and not "invalid"`,
  ])

  const records = join(folder, 'records.jsonl')
  await writeFile(records, (await readFile(records, 'utf8')).split('\n').toSpliced(1, 1).join('\n'))
  await saveResult(folder, result)
  expect((await writeReport([folder])).changed).toEqual([expect.stringContaining('gives no result: it cannot be what')])
})

test('a saved result is shown without its plan, and the page says so', async () => {
  const folder = folderOfTest()
  await writeFinishedRun(folder)
  await saveResult(folder, await buildRun(folder))
  await rm(join(folder, 'plan.json'))
  const { path } = await writeReport([folder])
  expect(await readFile(path, 'utf8')).toContain('plan.json could not be read')
})

test('a run that links lead to once more is one run', async () => {
  const folder = folderOfTest()
  await writeFinishedRun(join(folder, 'one'))
  await symlink('..', join(folder, 'one-more'))
  await symlink('.', join(folder, 'a-circle'))
  expect(await writeReport([folder, join(folder, 'one')])).toMatchObject({ runs: 1 })
})

test('the page may lie elsewhere, and has no link that would be dead there', async () => {
  const folder = folderOfTest()
  await writeFinishedRun(join(folder, 'a #1 run'))
  await saveResult(join(folder, 'a #1 run'), await buildRun(join(folder, 'a #1 run')))
  const { path } = await writeReport([join(folder, 'a #1 run')], { out: join(folder, 'pages', 'one.html') })
  expect(dirname(path)).toBe(join(folder, 'pages'))
  expect(await readFile(path, 'utf8')).not.toMatch(/href="[^#d]/)
})

test('folders under labels are curves of these names, and facts are told to runs that do not know them', async () => {
  const folder = folderOfTest()
  await writeFinishedRun(join(folder, 'base'))
  await writeFinishedRun(join(folder, 'regr'))
  const labelled = [
    { folder: join(folder, 'base'), label: 'v1' },
    { folder: join(folder, 'regr'), label: 'v2' },
  ]
  const { path, runs } = await writeReport(labelled, { told: { gpus: 8, hardware: 'b200' } })
  expect(runs).toBe(2)
  const page = await readFile(path, 'utf8')
  expect(page).toContain('"groups":["v1","v2"]')
  expect(page).toContain('"gpus":8,"hardware":"b200"')
})

test('figures, a table to paste and charts lie beside the page, where they are asked for', async () => {
  const folder = folderOfTest()
  await writeFinishedRun(join(folder, 'a'))
  const { files } = await writeReport([join(folder, 'a')], {
    out: join(folder, 'mine.html'),
    beside: ['csv', 'markdown', 'svg'],
  })
  const names = files!.map((file) => basename(file))
  expect(names.slice(0, 3)).toEqual(['mine.csv', 'mine.md', 'mine-throughput.svg'])
  expect(names).toContain('mine-ttft.svg')
  const csv = await readFile(join(folder, 'mine.csv'), 'utf8')
  const [head, line] = csv.split('\r\n').map((text) => text.split(','))
  const { metrics } = await buildRun(join(folder, 'a'))
  expect(Number(line![head!.indexOf('ttft.p90')])).toBe(metrics.ttft!.p90)
  expect(await readFile(join(folder, 'mine.md'), 'utf8')).toMatch(/^\| Point \| TTFT p50, ms \|.*\n\| --- \|/)
  const svg = await readFile(join(folder, 'mine-ttft.svg'), 'utf8')
  expect(svg).toMatch(/^<svg/)
  expect(svg).toContain('Time to first token')
  expect(svg).toMatch(/n = \d+ requests, window = [\d.,]+ s, estimator = percentiles/)
  expect(svg).not.toMatch(/<script|href/)
  // Every attribute ends where its quotes do, or nothing can open the file.
  for (const file of files!.filter((each) => each.endsWith('.svg')))
    expect(/="[^"]*"[^\s>/?]/.exec(await readFile(file, 'utf8'))?.[0], file).toBeUndefined()
})
