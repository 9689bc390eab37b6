import { describe, expect, test } from 'vitest'
import { loadedBy } from './loaded-by.ts'
import { projectPackages, projectTexts } from './project-texts.ts'

describe('what is loaded', () => {
  const texts = projectTexts()
  const packages = projectPackages()
  const loaded = (path: string) => [...loadedBy(path, texts, packages)]

  // Node takes about a millisecond of a processor for each module.
  test('a thread of a sweep loads what simulates and measures, and neither flags, pages, files of others nor servers', () => {
    const files = loaded('packages/cli/src/run/simulate-on-demand.ts')
    expect(files).toContain('packages/engine-sim/src/core/vllm/vllm-scheduler.ts')
    const others =
      /^(commander|yaml|hyparquet|cli-table3)|\/(launcher|matrix-generator|config-file|capture)\/|\/(render\/\w+|report-file|endpoint|http|formats)\//
    expect(files.filter((path) => others.test(path))).toEqual([])
    expect(files.length).toBeLessThan(500)
  })

  test('simulate, until it is asked for them, loads no pages, no recipes and no Parquet', () => {
    const files = loaded('packages/cli/src/commands/simulate.ts')
    expect(files).toContain('packages/cli/src/run/simulate-sweep.ts')
    const others = /^(hyparquet|cli-table3)|\/(launcher|matrix-generator|capture)\/|\/(report-file|verify)\//
    expect(files.filter((path) => others.test(path))).toEqual([])
  })

  test.each(['serve', 'launch'])('%s loads neither traces nor what replays them', (name) => {
    const files = loaded(`packages/cli/src/commands/${name}.ts`)
    expect(files).toContain('packages/cli/src/options/parse-http-url.ts')
    const others = /\/(trace|replay-engine)\/src\/(index|formats|survey|replay|content)\b/
    expect(files.filter((path) => others.test(path))).toEqual([])
  })

  test('replay, until it is asked for them, loads no pages and no recipes', () => {
    const files = loaded('packages/cli/src/commands/replay.ts')
    expect(files).toContain('packages/cli/src/run/perform-run.ts')
    const others =
      /^(yaml|hyparquet|cli-table3)|\/(matrix-generator|config-file\/src\/yaml|capture)\/|\/(report-file|verify|recipe)\//
    expect(files.filter((path) => others.test(path))).toEqual([])
  })
})

test('types and what is loaded on demand are not', () => {
  const texts = new Map([
    [
      'a.ts',
      "import type { B } from './b.ts'\nimport './c.ts'\nconst d = () => import('./d.ts')\nexport { x } from 'y'\n",
    ],
    ['c.ts', "import {\n  e,\n} from './e.ts'\nexport type { F } from './f.ts'\n"],
  ])
  expect([...loadedBy('a.ts', texts, [])]).toEqual(['a.ts', 'c.ts', 'y', 'e.ts'])
})
