import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { faults } from '@reprise/replay-engine/stand-ins'
import { expect, test } from 'vitest'
import { root } from '../sources.ts'
import { mutate, testsOf } from './mutant.ts'
import { mutants } from './mutants.ts'

test.each(mutants)('the mutant of $faults without $without fits the sources', (mutant) => {
  const text = readFileSync(join(root, mutant.file), 'utf8')
  expect(mutate(text, mutant)).not.toBe(text)
  expect(testsOf(mutant).tests.filter((path) => !existsSync(join(root, path)))).toEqual([])
})

test('every fault has a mutant', () => {
  const handled = new Set(mutants.flatMap((mutant) => mutant.faults))
  expect([...Object.keys(faults), 'disk-full', 'clock-step'].filter((fault) => !handled.has(fault))).toEqual([])
})

test('a mutant that no longer fits is an error, not a survivor', () => {
  const mutant = { faults: [], without: '', file: 'x.ts', edits: [['a', 'b']] } as const
  expect(mutate('cad', mutant)).toBe('cbd')
  expect(() => mutate('none', mutant)).toThrow(/x\.ts has 0 times/)
  expect(() => mutate('aa', mutant)).toThrow(/2 times/)
})
