import { expect, test } from 'vitest'
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

/** A clock, dice, a disk, a network, the environment, the terminal. */
const ambient =
  /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.|\bset(?:Timeout|Interval|Immediate)\(|\bMath\.random\b|\brandomUUID\b|\bprocess\.|\bconsole\.|\bfetch\(|from '(?:node:)?(?:fs|fs\/promises|http|https|net|os|child_process|worker_threads|perf_hooks|timers|timers\/promises)'|from 'undici'/

const pure = productSources().filter((source) => !effectFolders.some((folder) => source.path.startsWith(folder)))

test.each(pure)('$path reads no clock, no dice, no disk', ({ text }) => {
  expect(withoutComments(text).match(ambient)?.[0]).toBeUndefined()
})

test('the scan sees what it looks for', () => {
  expect(withoutComments("// Date.now()\nimport { readFile } from 'node:fs/promises'").match(ambient)?.[0]).toBe(
    "from 'node:fs/promises'",
  )
  expect('const t = Date.now()'.match(ambient)).not.toBeNull()
})

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
}
