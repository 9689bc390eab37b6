import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import type { z } from 'zod'
import type { ActionMetadata } from '../actions/build/render-readme.ts'
import { readmePages } from '../actions/build/write-readmes.ts'
import type { Action } from '../actions/src/action.ts'
import { buildResults } from '../actions/src/build-results.ts'
import { collectResults } from '../actions/src/collect-results.ts'
import { evaluate } from '../actions/src/evaluate.ts'
import { generateMatrix } from '../actions/src/generate-matrix/generate-matrix.ts'
import { launchServer } from '../actions/src/launch-server.ts'
import { replay } from '../actions/src/replay.ts'
import { root } from './sources.ts'

type Declared = Pick<Action, 'inputs' | 'outputs'>

const actions: Record<string, Declared> = {
  'build-results': buildResults,
  'collect-results': collectResults,
  evaluate,
  'generate-matrix': generateMatrix,
  'launch-server': launchServer,
  replay,
}

test('every action is in the table', () => {
  const folders = globSync('actions/*/action.yml', { cwd: root }).map((path) => basename(dirname(path)))
  expect(folders.sort()).toEqual(Object.keys(actions).sort())
})

test.each(Object.keys(actions))('%s: action.yml and the schema agree', (name) => {
  const metadata = metadataOf(name)
  const { inputs, outputs } = actions[name]!
  expect(Object.keys(metadata.inputs ?? {})).toEqual(Object.keys(inputs.shape))
  for (const [input, { required, default: value }] of Object.entries(metadata.inputs ?? {})) {
    const kind = inputs.shape[input] as z.ZodType
    const absent = kind.safeParse(undefined)
    expect({ input, required }).toEqual({ input, required: !absent.success })
    expect({ input, value: value === undefined ? undefined : kind.parse(value) }).toEqual({ input, value: absent.data })
  }
  expect(Object.keys(metadata.outputs ?? {})).toEqual(outputs)
})

test.each(Object.keys(actions))('%s runs what is in dist, on a Node that runners have', (name) => {
  const { using, main, post, 'post-if': postIf } = metadataOf(name).runs
  expect(using).toBe('node24')
  for (const file of [main, post].filter((path) => path !== undefined))
    expect(existsSync(join(root, 'actions', name, file)), file).toBe(true)
  expect(postIf).toBe(name === 'launch-server' ? 'always()' : undefined)
})

test('the tables of the README files are those of action.yml', () => {
  for (const { path, actual, fresh } of readmePages(root)) expect(actual, `${path}: npm run build:actions`).toBe(fresh)
})

function metadataOf(name: string): ActionMetadata {
  return parse(readFileSync(join(root, 'actions', name, 'action.yml'), 'utf8')) as ActionMetadata
}
