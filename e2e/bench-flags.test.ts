import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { headComment } from '../bench/bench-flags.ts'
import workspace from '../package.json' with { type: 'json' }

const root = fileURLToPath(new URL('..', import.meta.url))
const started = Object.values(workspace.scripts).flatMap((words) => /^node (bench\/\S+)$/.exec(words)?.[1] ?? [])
const benches = [...started, ...globSync('packages/*/bench/*.ts', { cwd: root })]

test('a head comment is told as it stands, without its stars', () => {
  expect(headComment('/**\n * What it measures.\n *\n *   node x.ts [--a 1]\n */\n/** Another. */\n')).toBe(
    'What it measures.\n\n  node x.ts [--a 1]\n',
  )
})

test.each(benches)('%s says how it is started, and reads its words by that alone', (path) => {
  const source = readFileSync(`${root}${path}`, 'utf8')
  expect(headComment(source)).toMatch(/(node|npm run) /)
  expect(source).toMatch(/benchFlags\(\s*import\.meta,/)
  expect(source).not.toMatch(/parseArgs|process\.argv/)
})

test.each([
  [['--help'], 0, /^How long `reprise launch plan` takes .*\n {2}node bench\/plan\.ts \[--rows 1000\]/s, /^$/],
  [['--row', '5'], 2, /^$/, /^error: plan\.ts: Unknown option '--row'; --help says what it takes\n$/],
  [['--rows'], 2, /^$/, /^error: plan\.ts: Option '--rows <value>' argument missing; --help .*\n$/],
  [['5'], 2, /^$/, /^error: plan\.ts: Unexpected argument '5'; --help .*\n$/],
])('bench/plan.ts %j ends with %i', (words, code, out, err) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bench/plan.ts', ...words], {
    ...{ cwd: root, encoding: 'utf8' },
  })
  expect([status, stdout, stderr]).toEqual([code, expect.stringMatching(out), expect.stringMatching(err)])
})
