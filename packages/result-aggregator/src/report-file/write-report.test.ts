import { appendFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { buildRun } from '../run-folder/build-run.ts'
import { readManifest } from '../run-folder/manifest.ts'
import { saveResult } from '../run-folder/save-result.ts'
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
  expect(await readFile(path, 'utf8')).toContain('href="./results.json"')
  expect(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))).toEqual(await readManifest(folder))
})

test('that of several lies above them; a killed run without a result is built, and has no link', async () => {
  const folder = folderOfTest()
  await writeFinishedRun(join(folder, 'lanes-2'))
  await saveResult(join(folder, 'lanes-2'), await buildRun(join(folder, 'lanes-2')))
  await writeKilledRun(join(folder, 'deeper', 'lanes-4'))
  await mkdir(join(folder, 'empty'))
  const { path, runs } = await writeReport([folder])
  expect({ path, runs }).toEqual({ path: join(folder, 'report.html'), runs: 2 })
  const page = await readFile(path, 'utf8')
  expect(page).toContain('href="./lanes-2/results.json"')
  expect(page).not.toContain('lanes-4/results.json')
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

test('a link climbs out of the folder of the page', async () => {
  const folder = folderOfTest()
  await writeFinishedRun(join(folder, 'a #1 run'))
  await saveResult(join(folder, 'a #1 run'), await buildRun(join(folder, 'a #1 run')))
  const { path } = await writeReport([join(folder, 'a #1 run')], { out: join(folder, 'pages', 'one.html') })
  expect(dirname(path)).toBe(join(folder, 'pages'))
  expect(await readFile(path, 'utf8')).toContain('href="./../a%20%231%20run/results.json"')
})
