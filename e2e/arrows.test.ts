import { globSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { productSources, root } from './sources.ts'

/** Who may import whom; docs/architecture.md draws the same. */
const arrows: Record<string, readonly string[]> = {
  'safe-text': [],
  trace: ['safe-text'],
  wire: ['safe-text'],
  'config-file': ['safe-text'],
  'matrix-generator': ['config-file', 'safe-text'],
  telemetry: ['safe-text'],
  'replay-engine': ['trace', 'wire', 'safe-text'],
  capture: ['trace', 'wire', 'safe-text'],
  'engine-sim': ['replay-engine', 'wire'],
  'result-aggregator': ['trace', 'replay-engine', 'matrix-generator', 'launcher', 'telemetry', 'safe-text'],
  launcher: ['matrix-generator', 'config-file', 'safe-text'],
  cli: [
    ...['trace', 'wire', 'replay-engine', 'engine-sim', 'result-aggregator', 'matrix-generator', 'launcher'],
    ...['config-file', 'telemetry', 'safe-text', 'capture'],
  ],
  actions: ['cli', 'launcher', 'result-aggregator', 'safe-text'],
}

const sources = productSources()
const packages = [...new Set(sources.map((source) => source.package))]

test('the table names every package', () => {
  expect(packages.sort()).toEqual(Object.keys(arrows).sort())
})

describe.each(packages)('%s', (name) => {
  const own = sources.filter((source) => source.package === name)
  const used = [...new Set(own.flatMap((source) => source.imports.map(packageOf).filter((each) => each !== undefined)))]

  test('imports only the packages it may', () => {
    expect(used.filter((each) => !arrows[name]!.includes(each))).toEqual([])
  })

  test('declares what it imports, and nothing else of ours', () => {
    const declared = Object.keys(manifestOf(name).dependencies ?? {}).filter((each) => each.startsWith('@reprise/'))
    expect(declared.map((each) => each.slice('@reprise/'.length)).sort()).toEqual(used.sort())
  })

  test('declares every library it imports', () => {
    const libraries = own
      .flatMap((source) => source.imports)
      .filter((each) => /^[a-z@]/.test(each) && !/^node:|^@reprise\//.test(each))
    const names = libraries.map((each) =>
      each
        .split('/')
        .slice(0, each.startsWith('@') ? 2 : 1)
        .join('/'),
    )
    const declared = Object.keys(manifestOf(name).dependencies ?? {})
    expect([...new Set(names)].filter((each) => !declared.includes(each))).toEqual([])
  })

  test('reaches no other package by a path', () => {
    const strays = own.flatMap((source) =>
      source.imports
        .filter((each) => each.startsWith('.'))
        .filter((each) => !resolve(root, source.path, '..', each).startsWith(resolve(root, own[0]!.folder)))
        .map((each) => `${source.path}: ${each}`),
    )
    expect(strays).toEqual([])
  })
})

test('the engine core knows no other package, and only the seats and what drives their engines know the ports', () => {
  const engine = sources.filter(
    (source) => source.package === 'engine-sim' && source.imports.some((each) => packageOf(each)),
  )
  const outside = engine.filter((source) => !/\/src\/(in-process|http|drive)\//.test(source.path))
  expect(outside.map((source) => source.path)).toEqual([])
})

test('nobody but the maker of engines and the check of step logs knows a scheduler', () => {
  const insiders =
    /\/engine-sim\/src\/(core\/engines\/make-engine\.ts$|core\/steps\/|core\/(?:vllm|sglang|trtllm|ranks)\/|check\/)/
  const outsiders = sources.filter((source) => source.package === 'engine-sim' && !insiders.test(source.path))
  expect(outsiders.length).toBeGreaterThan(30)
  const strays = outsiders.flatMap((source) =>
    source.imports
      .filter((each) => /\/core\/(steps|vllm|sglang|trtllm|ranks)\//.test(resolve('/', dirname(source.path), each)))
      .map((each) => `${source.path}: ${each}`),
  )
  expect(strays).toEqual([])
})

test('what ships imports no stand-in, and no builder of tests', () => {
  const shipped = sources.filter((source) => !/\/(stand-ins|testing)\//.test(source.path))
  const fakes = shipped.flatMap((source) =>
    source.imports
      .filter((each) => /(^|\/)(stand-ins|testing|fixtures)(\/|$)|\.fixture\.ts$/.test(each))
      .map((each) => `${source.path}: ${each}`),
  )
  expect(fakes).toEqual([])
})

test('what a job does is read from the job, and not from the names of its row', () => {
  const byName = /\bjob\b[^\n]*\.row\b[.[]|\brow\[['"]|\browOf\([^)]*\)[.[]/
  const outside = sources.filter((source) => source.package !== 'matrix-generator')
  expect(outside.filter(({ text }) => byName.test(text)).map(({ path }) => path)).toEqual([])
  const workflows = globSync(['.github/workflows/*.yml', '.github/scripts/*.ts', 'actions/*/action.yml'], { cwd: root })
  expect(workflows.filter((path) => byName.test(readFileSync(resolve(root, path), 'utf8')))).toEqual([])
  expect(
    ['fromJSON(inputs.job).row.run-eval', "row['eval-only']", 'job.row.model'].filter((text) => !byName.test(text)),
  ).toEqual([])
})

test('no folder is called common, shared, types, utils or helpers', () => {
  expect(
    sources.map((source) => source.path).filter((path) => /\/(common|shared|types|utils|helpers)(\/|\.ts$)/.test(path)),
  ).toEqual([])
})

function packageOf(specifier: string): string | undefined {
  return specifier.startsWith('@reprise/') ? specifier.split('/')[1] : undefined
}

function manifestOf(name: string): { dependencies?: Record<string, string> } {
  return JSON.parse(readFileSync(resolve(root, name === 'actions' ? '' : 'packages', name, 'package.json'), 'utf8'))
}
