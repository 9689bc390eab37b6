import { expect, test } from 'vitest'
import { layersOf } from './layers-of.ts'

const order = (first: string, bases: Readonly<Record<string, string>>) =>
  layersOf(first, (layer, trail) => [...(bases[layer] ?? '')].filter((base) => !trail.includes(base))).join('')

test('bases come before what extends them, in the order in which they are named', () => {
  expect(order('z', {})).toBe('z')
  expect(order('z', { z: 'ab', a: 'c', b: 'd' })).toBe('cadbz')
})

test('a base of two is laid down once, before both', () => {
  expect(order('z', { z: 'aba', a: 'c', b: 'c' })).toBe('cabz')
})

test('the trail leads from the first layer to the one that names a base', () => {
  const trails: string[] = []
  layersOf('z', (layer, trail) => {
    trails.push(trail.join(''))
    return layer === 'z' ? ['a'] : layer === 'a' ? ['b'] : []
  })
  expect(trails).toEqual(['z', 'za', 'zab'])
  expect(order('z', { z: 'a', a: 'z' })).toBe('az')
})
