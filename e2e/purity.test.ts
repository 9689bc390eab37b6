import { dirname, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { ambientIn, valueImportsOf } from './house/ambient.ts'
import { productSources, root } from './sources.ts'

/** Where effects may stand: folders whose names say so. The cli and the actions are edges as a whole. */
const effectFolders = [
  'actions/',
  'packages/cli/',
  'packages/trace/src/source/',
  'packages/capture/src/record/',
  'packages/replay-engine/src/clock/',
  'packages/replay-engine/src/endpoint/',
  'packages/replay-engine/src/stand-ins/',
  'packages/capture/src/proxy/',
  'packages/capture/src/shards/',
  'packages/capture/src/thread/',
  'packages/engine-sim/src/http/',
  'packages/result-aggregator/src/export-folder/',
  'packages/result-aggregator/src/report-file/',
  'packages/result-aggregator/src/run-folder/',
  'packages/result-aggregator/src/sweep/',
  'packages/config-file/src/source/',
  'packages/matrix-generator/src/source/',
  'packages/launcher/src/host/',
  'packages/launcher/src/job/',
  'packages/launcher/src/launch/',
  'packages/launcher/src/source/',
  'packages/telemetry/src/sampler/',
]

const pure = productSources().filter((source) => !effectFolders.some((folder) => source.path.startsWith(folder)))

test.each(pure)('$path reads no clock, no dice, no disk', ({ text }) => {
  expect(ambientIn(text)).toBeUndefined()
})

test('pure code takes nothing from a file with an effect, nor from one that does', () => {
  const sources = new Map(productSources().map((source) => [source.path, source]))
  const taken = new Map(
    [...sources.values()].map(({ path, text }) => [
      path,
      valueImportsOf(text).map((each) => relative(root, resolve(root, dirname(path), each)).replaceAll('\\', '/')),
    ]),
  )
  const ambient = new Set(
    [...sources.values()].filter(({ text }) => ambientIn(text) !== undefined).map(({ path }) => path),
  )
  const strays = pure
    .filter(({ path }) => !path.endsWith('/index.ts'))
    .flatMap(({ path }) => {
      const reached = new Set([path])
      for (const each of reached) for (const next of taken.get(each) ?? []) reached.add(next)
      return [...reached].filter((each) => ambient.has(each)).map((each) => `${path}: ${each}`)
    })
  expect(strays).toEqual([])
})

test.each(effectFolders)('%s is there', (folder) => {
  expect(productSources().some(({ path }) => path.startsWith(folder))).toBe(true)
})
