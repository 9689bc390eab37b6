import { expect, test } from 'vitest'
import * as z from 'zod'
import { Locations } from './locations.ts'
import { parseYaml } from './parse-yaml.ts'
import { problemsOfIssues } from './schema-problems.ts'

function problemsOf(text: string) {
  const locations = new Locations()
  const { value } = parseYaml({ file: 'a.yaml', text }, locations)
  const { error } = z.strictObject({ model: z.string().optional() }).safeParse(value)
  return problemsOfIssues(error?.issues ?? [], {
    root: value,
    path: [],
    locations,
    file: 'a.yaml',
    knownKeys: ['model'],
    cures: { duration: 'it lasts an hour always' },
  })
}

test('an unknown key is a misspelling of a known one, or has a cure of its own, or goes', () => {
  expect(problemsOf('modell: a\n').map(({ cure }) => cure)).toEqual(['did you mean model?'])
  expect(problemsOf('model: a\nmodell: a\n').map(({ cure }) => cure)).toEqual(['remove it; model is already there'])
  expect(problemsOf('duration: 5\nother: 1\n').map(({ cure }) => cure)).toEqual([
    'it lasts an hour always',
    'remove it',
  ])
})

test('of thousands of unknown keys the first are told, and how many are left', () => {
  const problems = problemsOf(Array.from({ length: 16_000 }, (_, i) => `key${i}: 1\n`).join(''))
  expect(problems).toHaveLength(201)
  expect(problems.at(-1)).toMatchObject({ message: '15800 more unknown keys from here on', place: { line: 201 } })
})
