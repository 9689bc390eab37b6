import { describe, expect, test } from 'vitest'
import { productSources } from '../sources.ts'
import { projectPackages, projectTexts, type Texts } from './project-texts.ts'
import { reachOf } from './reach.ts'

const texts = projectTexts()
const packages = projectPackages()
const product = productSources().map(({ path }) => path)

/** What is started by its name: the program, the actions, the pages with what they find there, and what draws pictures without one. */
const started = [...texts.keys()].filter(
  (path) =>
    /^packages\/cli\/bin\/|^actions\/src\/entries\//.test(path) ||
    /\/client\/(?:start-(?:[a-z]+-)?page\.ts|draw-pictures\.ts|page-globals\.d\.ts)$/.test(path),
)

/** Product files that tests and scripts alone lead to. */
const forTests = [
  // What scripts write into configs/schemas/.
  'packages/matrix-generator/src/schema/json-schemas.ts',
  'packages/matrix-generator/src/schema/rows.ts',
  'packages/launcher/src/profile/profile-json-schema.ts',
  // A run measured in one call, where the program does it step by step.
  'packages/result-aggregator/src/measure/build-result.ts',
  // Adapters that we ship so that tests need no mocks.
  'packages/replay-engine/src/stand-ins/',
  // Builders of values that tests of other packages take.
  'packages/result-aggregator/src/testing/',
]

describe('files', () => {
  const reached = reachOf(started, texts, packages)

  test('the program and the actions lead to every one, or it is named here', () => {
    const unreached = product.filter((path) => !reached.has(path))
    expect(unreached.filter((path) => !forTests.some((each) => path.startsWith(each)))).toEqual([])
    expect(forTests.filter((each) => !unreached.some((path) => path.startsWith(each)))).toEqual([])
  })

  test('a test or a script leads to those that are named', () => {
    const others = [...texts.keys()].filter((path) => /\.test\.ts$|\/scripts\/|^bench\/|\/bench\//.test(path))
    const used = reachOf([...started, ...others], texts, packages)
    expect(product.filter((path) => !used.has(path))).toEqual([])
  })
})

describe('the scan sees', () => {
  const some: Texts = new Map([
    ['packages/a/src/index.ts', "export { one } from './b.ts'\nexport type * from './c.ts'"],
    ['packages/a/src/c.ts', 'export interface Three {}'],
    ['packages/a/src/b.ts', "const page = new URL('./d.ts', import.meta.url)"],
    ['packages/a/src/d.ts', ''],
    ['packages/b/src/main.ts', "const { one } = await import('@reprise/a')"],
  ])

  test('what leads where', () => {
    const a = {
      name: '@reprise/a',
      folder: 'packages/a',
      entries: new Map([['@reprise/a', 'packages/a/src/index.ts']]),
    }
    expect([...reachOf(['packages/b/src/main.ts'], some, [a])].sort()).toEqual([...some.keys()].sort())
    expect([...reachOf(['packages/a/src/c.ts'], some, [a])]).toEqual(['packages/a/src/c.ts'])
  })
})
