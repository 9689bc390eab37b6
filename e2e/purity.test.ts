import { expect, test } from 'vitest'
import { ambientIn } from './house/ambient.ts'
import { productSources } from './sources.ts'

/** Where effects may stand: folders whose names say so. The cli and the actions are edges as a whole. */
const effectFolders = [
  'actions/',
  'packages/cli/',
  'packages/trace/src/source/',
  'packages/replay-engine/src/clock/',
  'packages/replay-engine/src/endpoint/',
  'packages/replay-engine/src/stand-ins/',
  'packages/engine-sim/src/http/',
  'packages/result-aggregator/src/report-file/',
  'packages/result-aggregator/src/run-folder/',
  'packages/result-aggregator/src/sweep/',
  'packages/config-file/src/source/',
  'packages/matrix-generator/src/source/',
  'packages/launcher/src/host/',
  'packages/launcher/src/job/',
  'packages/launcher/src/launch/',
  'packages/launcher/src/source/',
]

const pure = productSources().filter((source) => !effectFolders.some((folder) => source.path.startsWith(folder)))

test.each(pure)('$path reads no clock, no dice, no disk', ({ text }) => {
  expect(ambientIn(text)).toBeUndefined()
})

test.each(effectFolders)('%s is there', (folder) => {
  expect(productSources().some(({ path }) => path.startsWith(folder))).toBe(true)
})
