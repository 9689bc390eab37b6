import { expect, test } from 'vitest'
import type { Mapping } from '../mapping.ts'
import { Locations } from '../yaml/locations.ts'
import { parseYaml } from '../yaml/parse-yaml.ts'
import { mergeLayers } from './merge-layers.ts'

const locations = new Locations()
const layer = (file: string, text: string) => parseYaml({ file, text }, locations).value as Mapping
const base = layer('base.yaml', 'a: { x: 1, y: 2 }\nlist: [1, 2]\nwords: [a, b]\ngone: 1\n')
const over = layer('over.yaml', 'a: { y: 3 }\nlist: [3]\nwords: [c]\ngone: null\n')

test('mappings are merged by member; lists and all else replace, a null too', () => {
  const merged = mergeLayers([base, over], { locations })
  expect(merged).toEqual({ a: { x: 1, y: 3 }, list: [3], words: ['c'], gone: null })
  expect(base).toEqual({ a: { x: 1, y: 2 }, list: [1, 2], words: ['a', 'b'], gone: 1 })
})

test('lists are appended where the rules say so', () => {
  const merged = mergeLayers([base, over], { locations, appends: (key) => key !== 'words' })
  expect(merged).toMatchObject({ list: [1, 2, 3], words: ['c'] })
  expect(locations.place(merged, ['list', 1])).toEqual({ file: 'base.yaml', line: 2, column: 11 })
  expect(locations.place(merged, ['list', 2])).toEqual({ file: 'over.yaml', line: 2, column: 8 })
})

test('everything of the merged mapping stands where it is written', () => {
  const merged = mergeLayers([base, over], { locations })
  expect(locations.place(merged, ['a', 'x'])).toMatchObject({ file: 'base.yaml', line: 1 })
  expect(locations.place(merged, ['a', 'y'])).toMatchObject({ file: 'over.yaml', line: 1 })
  expect(locations.keyPlace(merged, ['a'])).toMatchObject({ file: 'over.yaml' })
})

test('a budget falls by every member that is laid down', () => {
  const budget = { members: 20 }
  mergeLayers([base, over], { locations, budget })
  expect(budget.members).toBe(20 - 4 - 4 - 4 - 2 - 1)
  const none = { members: 3 }
  expect(mergeLayers([base], { locations, budget: none })).toEqual({})
  expect(none.members).toBeLessThan(0)
})
